/** What a contract of the Safe project is for. */
export type SafeContractKind =
  | "singleton"
  | "multi-send"
  | "multi-send-call-only"
  | "multicall"
  | "fallback-handler"
  | "create-call"
  | "sign-message"
  | "migration"
  | "l2-setup"
  | "factory";

/** One published deployment of a Safe contract; `codeHash` is keccak256 of its runtime code. */
export interface SafeContract {
  name: string;
  version: string;
  kind: SafeContractKind;
  address: string;
  codeHash: string;
}

/**
 * The EVM deployments that the Safe project publishes, 1.0.0 to 1.5.0. Each address comes from a deterministic factory
 * or a one-time key, so that it holds this code or none on any EVM chain; the code hash is what a review with an
 * endpoint compares. EraVM chains (zkSync) have other code and are not listed: a delegatecall there is never known.
 */
const TABLE: readonly (readonly [
  name: string,
  version: string,
  kind: SafeContractKind,
  address: string,
  codeHash: string,
])[] = [
  // Not the Safe project's, and delegatecalled by Safes all the same: it has no storage and makes plain calls only.
  [
    "Multicall",
    "3",
    "multicall",
    "0xcA11bde05977b3631167028862bE2a173976CA11",
    "0xd5c15df687b16f2ff992fc8d767b4216323184a2bbc6ee2f9c398c318e770891",
  ],
  [
    "GnosisSafe",
    "1.0.0",
    "singleton",
    "0xb6029EA3B2c51D09a50B53CA8012FeEB05bDa35A",
    "0xe1f1593df76e69abc2d692792c80f329457551d5e83dde597546a1d58764da80",
  ],
  [
    "ProxyFactory",
    "1.0.0",
    "factory",
    "0x12302fE9c02ff50939BaAaaf415fc226C078613C",
    "0x84a375ad96ab395850d46cd601ed6354d3cf3fb67cec0caf18f34af5c9d1a7f0",
  ],
  [
    "DefaultCallbackHandler",
    "1.1.1",
    "fallback-handler",
    "0xd5D82B6aDDc9027B22dCA772Aa68D5d74cdBdF44",
    "0x919a9f5dd111a01f7a8e4b1f5c6a972bb2d1441c67bdec71de6a09d0be92f5b9",
  ],
  [
    "GnosisSafe",
    "1.1.1",
    "singleton",
    "0x34CfAC646f301356fAa8B21e94227e3583Fe3F5F",
    "0x56b8be58b5ad629a621593a2e5e5e8e9a28408dc06e95597497b303902772e45",
  ],
  [
    "MultiSend",
    "1.1.1",
    "multi-send",
    "0x8D29bE29923b68abfDD21e541b9374737B49cdAD",
    "0xe4e9b4d4c1e3ff06cd51afe0b51eb1b22c0bab51eab38d428ee74540a5ff603e",
  ],
  [
    "ProxyFactory",
    "1.1.1",
    "factory",
    "0x76E2cFc1F5Fa8F6a5b3fC4c8F4788F0116861F9B",
    "0x0f0bb9c13be3b595d6f0fde841d5247a96f7e315bd8b97e1363553bee9a7d995",
  ],
  [
    "GnosisSafe",
    "1.2.0",
    "singleton",
    "0x6851D6fDFAfD08c0295C392436245E5bc78B0185",
    "0x2ae2d1231f0d754a7fa4f5e5d0e5554085e1b500d8e09f95aaaaa3f49c0db922",
  ],
  [
    "CompatibilityFallbackHandler",
    "1.3.0",
    "fallback-handler",
    "0xf48f2B2d2a534e402487b3ee7C18c33Aec0Fe5e4",
    "0x03e69f7ce809e81687c69b19a7d7cca45b6d551ffdec73d9bb87178476de1abf",
  ],
  [
    "CompatibilityFallbackHandler",
    "1.3.0",
    "fallback-handler",
    "0x017062a1dE2FE6b99BE3d9d37841FeD19F573804",
    "0x03e69f7ce809e81687c69b19a7d7cca45b6d551ffdec73d9bb87178476de1abf",
  ],
  [
    "CreateCall",
    "1.3.0",
    "create-call",
    "0x7cbB62EaA69F79e6873cD1ecB2392971036cFAa4",
    "0x8155d988823a4f6f1bcbc76a64af8e510c4ce68819290d43cf24956bd24dee82",
  ],
  [
    "CreateCall",
    "1.3.0",
    "create-call",
    "0xB19D6FFc2182150F8Eb585b79D4ABcd7C5640A9d",
    "0x8155d988823a4f6f1bcbc76a64af8e510c4ce68819290d43cf24956bd24dee82",
  ],
  [
    "GnosisSafe",
    "1.3.0",
    "singleton",
    "0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552",
    "0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e",
  ],
  [
    "GnosisSafe",
    "1.3.0",
    "singleton",
    "0x69f4D1788e39c87893C980c06EdF4b7f686e2938",
    "0xbba688fbdb21ad2bb58bc320638b43d94e7d100f6f3ebaab0a4e4de6304b1c2e",
  ],
  [
    "GnosisSafeL2",
    "1.3.0",
    "singleton",
    "0x3E5c63644E683549055b9Be8653de26E0B4CD36E",
    "0x21842597390c4c6e3c1239e434a682b054bd9548eee5e9b1d6a4482731023c0f",
  ],
  [
    "GnosisSafeL2",
    "1.3.0",
    "singleton",
    "0xfb1bffC9d739B8D520DaF37dF666da4C687191EA",
    "0x21842597390c4c6e3c1239e434a682b054bd9548eee5e9b1d6a4482731023c0f",
  ],
  [
    "MultiSend",
    "1.3.0",
    "multi-send",
    "0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761",
    "0x0208282bd262360d0320862c5ac70f375f5ed3b9d89a83a615b4d398415bdc83",
  ],
  [
    "MultiSend",
    "1.3.0",
    "multi-send",
    "0x998739BFdAAdde7C933B942a68053933098f9EDa",
    "0x81db0e4afdf5178583537b58c5ad403bd47a4ac7f9bde2442ef3e341d433126a",
  ],
  [
    "MultiSendCallOnly",
    "1.3.0",
    "multi-send-call-only",
    "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D",
    "0xa9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad",
  ],
  [
    "MultiSendCallOnly",
    "1.3.0",
    "multi-send-call-only",
    "0xA1dabEF33b3B82c7814B6D82A79e50F4AC44102B",
    "0xa9865ac2d9c7a1591619b188c4d88167b50df6cc0c5327fcbd1c8c75f7c066ad",
  ],
  [
    "GnosisSafeProxyFactory",
    "1.3.0",
    "factory",
    "0xa6B71E26C5e0845f74c812102Ca7114b6a896AB2",
    "0x337d7f54be11b6ed55fef7b667ea5488db53db8320a05d1146aa4bd169a39a9b",
  ],
  [
    "GnosisSafeProxyFactory",
    "1.3.0",
    "factory",
    "0xC22834581EbC8527d974F8a1c97E1bEA4EF910BC",
    "0x337d7f54be11b6ed55fef7b667ea5488db53db8320a05d1146aa4bd169a39a9b",
  ],
  [
    "SignMessageLib",
    "1.3.0",
    "sign-message",
    "0xA65387F16B013cf2Af4605Ad8aA5ec25a2cbA3a2",
    "0x3ac65dea3cc9dd0d7b7b800f834e3d73415b4e944bb94555c3e4a08fb137e918",
  ],
  [
    "SignMessageLib",
    "1.3.0",
    "sign-message",
    "0x98FFBBF51bb33A056B08ddf711f289936AafF717",
    "0x3ac65dea3cc9dd0d7b7b800f834e3d73415b4e944bb94555c3e4a08fb137e918",
  ],
  [
    "CompatibilityFallbackHandler",
    "1.4.1",
    "fallback-handler",
    "0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99",
    "0x7c6007a5d711cea8dfd5d91f5940ec29c7f200fe511eb1fc1397b367af3c42f9",
  ],
  [
    "CreateCall",
    "1.4.1",
    "create-call",
    "0x9b35Af71d77eaf8d7e40252370304687390A1A52",
    "0x2b3060c55fcb8275653e99ad511a71f67ba76934ed66a7d74d6e68b52afff889",
  ],
  [
    "MultiSend",
    "1.4.1",
    "multi-send",
    "0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526",
    "0x0e4f7fc66550a322d1e7688e181b75e217e662a4f3f4d6a29b22bc61217c4b77",
  ],
  [
    "MultiSendCallOnly",
    "1.4.1",
    "multi-send-call-only",
    "0x9641d764fc13c8B624c04430C7356C1C7C8102e2",
    "0xecd5bd14a08c5d2122379900b2f272bdf107a7e92423c10dd5fe3254386c9939",
  ],
  [
    "Safe",
    "1.4.1",
    "singleton",
    "0x41675C099F32341bf84BFc5382aF534df5C7461a",
    "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4",
  ],
  [
    "SafeL2",
    "1.4.1",
    "singleton",
    "0x29fcB43b46531BcA003ddC8FCB67FFE91900C762",
    "0xb1f926978a0f44a2c0ec8fe822418ae969bd8c3f18d61e5103100339894f81ff",
  ],
  [
    "SafeMigration",
    "1.4.1",
    "migration",
    "0x526643F69b81B008F46d95CD5ced5eC0edFFDaC6",
    "0xc00d7921460cd5a05393e7772e634bd7d212f356356aa3a77f0120a9b8e25e99",
  ],
  [
    "SafeProxyFactory",
    "1.4.1",
    "factory",
    "0x4e1DCf7AD4e460CfD30791CCC4F9c8a4f820ec67",
    "0x50c3cdc4074750a7a974204a716c999edd37482f907608d960b2b025ee0b3317",
  ],
  [
    "SafeToL2Migration",
    "1.4.1",
    "migration",
    "0xfF83F6335d8930cBad1c0D439A841f01888D9f69",
    "0xa83e7be2fa20c96dc9575e3937239d552f3831ea437d7c96397eec8736f0cba0",
  ],
  [
    "SafeToL2Setup",
    "1.4.1",
    "l2-setup",
    "0xBD89A1CE4DDe368FFAB0eC35506eEcE0b1fFdc54",
    "0x2f25df28caf984366ee584e13241707e85dcd5a6ea0c14267928dafc1fd6274b",
  ],
  [
    "SignMessageLib",
    "1.4.1",
    "sign-message",
    "0xd53cd0aB83D845Ac265BE939c57F53AD838012c9",
    "0x525c754a46b79e05543a59bb61e8de3c9eee0d955a59352409cbe67ea1077528",
  ],
  [
    "CompatibilityFallbackHandler",
    "1.5.0",
    "fallback-handler",
    "0x3EfCBb83A4A7AfcB4F68D501E2c2203a38be77f4",
    "0x3c6a85bcf7b563daa624b884b4e9a1b9fa5371edde7be945d998071a48f28bbc",
  ],
  [
    "CreateCall",
    "1.5.0",
    "create-call",
    "0x2Ef5ECfbea521449E4De05EDB1ce63B75eDA90B4",
    "0x6b7d8d29bdf7004c4617d95041923774f3f7e74b056bff55c1861c9ec92ce54f",
  ],
  [
    "ExtensibleFallbackHandler",
    "1.5.0",
    "fallback-handler",
    "0x85a8ca358D388530ad0fB95D0cb89Dd44Fc242c3",
    "0xba5bafdfba82e226b6dc8ae29bedf5026bd854ab4bee00128ca322717a5f2acf",
  ],
  [
    "MultiSend",
    "1.5.0",
    "multi-send",
    "0x218543288004CD07832472D464648173c77D7eB7",
    "0xca1147a12963172a93910c5cb2bfa5ad0e941c7f03fc7eb017dd06a8ea4e5604",
  ],
  [
    "MultiSendCallOnly",
    "1.5.0",
    "multi-send-call-only",
    "0xA83c336B20401Af773B6219BA5027174338D1836",
    "0xcdbdcec38d2f1c7d961b0029ff8416b7e86e9974d6f0e9c9580c7d17fcfb6663",
  ],
  [
    "Safe",
    "1.5.0",
    "singleton",
    "0xFf51A5898e281Db6DfC7855790607438dF2ca44b",
    "0xdda019cbd7c867a533a2a86e5c53434fdc50b13122b5a5ddb4a8df61b31c20f2",
  ],
  [
    "SafeL2",
    "1.5.0",
    "singleton",
    "0xEdd160fEBBD92E350D4D398fb636302fccd67C7e",
    "0x180193227186ccb85316c94db1f0d156ed932b14712cfaac78901899178572dc",
  ],
  [
    "SafeMigration",
    "1.5.0",
    "migration",
    "0x6439e7ABD8Bb915A5263094784C5CF561c4172AC",
    "0x52d7472fa02c3a574544f9b5a4ed4c7777e4e3315217e368926b51e1cc6014ea",
  ],
  [
    "SafeProxyFactory",
    "1.5.0",
    "factory",
    "0x14F2982D601c9458F93bd70B218933A6f8165e7b",
    "0x967dae4cda22b0c9ef7f31b010bdc1ceb0af9904b0c3dc060b5302e4c18a4529",
  ],
  [
    "SafeToL2Setup",
    "1.5.0",
    "l2-setup",
    "0x900C7589200010D6C6eCaaE5B06EBe653bc2D82a",
    "0xf6034d841bcbff8912aa55526b0f1609212536aaf60bb16f5e8a269a4ab38f18",
  ],
  [
    "SignMessageLib",
    "1.5.0",
    "sign-message",
    "0x4FfeF8222648872B3dE295Ba1e49110E61f5b5aa",
    "0xd61840855da008da59a00fc03fb71455b4f70bdca1f56f9504f072ed8d90c50e",
  ],
  [
    "TokenCallbackHandler",
    "1.5.0",
    "fallback-handler",
    "0x54e86d004d71a8D2112ec75FaCE57D730b0433F3",
    "0xcbc723172700efa52cc33ee26c7fc7e284edc8097f9dc307857fe525fec98cd8",
  ],
];

export const SAFE_CONTRACTS: readonly SafeContract[] = TABLE.map(([name, version, kind, address, codeHash]) => ({
  name,
  version,
  kind,
  address,
  codeHash,
}));

const BY_ADDRESS = new Map(SAFE_CONTRACTS.map((contract) => [contract.address.toLowerCase(), contract]));
const BY_CODE_HASH = new Map(SAFE_CONTRACTS.map((contract) => [contract.codeHash, contract]));

/** The Safe contract that is published at `address`, in any case of hex. Says nothing about the code that is there. */
export function safeContractAt(address: string): SafeContract | undefined {
  return BY_ADDRESS.get(address.toLowerCase());
}

/** The Safe contract whose runtime code hashes to `codeHash`. */
export function safeContractByCode(codeHash: string): SafeContract | undefined {
  return BY_CODE_HASH.get(codeHash.toLowerCase());
}
