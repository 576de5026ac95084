/**
 * Every way in which Drydock refuses to run, in one place.
 *
 * `message` may hold `{name}` placeholders; they become required arguments of {@link DrydockError}.
 * `remedy` says what to do. `docs/errors.md` has one section per code. A descriptor is never a verdict: a verdict
 * is made of findings, an error means that no verdict could be reached (exit status 2).
 */
export const ERRORS = {
  NETWORK_NOT_HTTP: {
    code: "DD100",
    message: 'there is no http network "{network}"; {known}',
    remedy: "name an http network of your Hardhat config with --network",
  },
  RPC_DOWN: {
    code: "DD101",
    message: "no RPC endpoint of {network} answered {method} after {attempts} attempts; last answer: {reason}",
    remedy: "check the url of the network in your Hardhat config, or add a second endpoint",
  },
  CHAIN_ID_MISMATCH: {
    code: "DD103",
    message: "the plan is for chain {expected}, but the network {network} is chain {actual}",
    remedy: "pass the --network whose chain the plan names; a plan belongs to one chain",
  },
  GENESIS_MISMATCH: {
    code: "DD104",
    message: "chain {chainId} at this endpoint starts with block {actual}, but {file} says {expected}",
    remedy: "the endpoint serves another chain with the same id; correct the endpoint or the deployments file",
  },
  UNKNOWN_NAME: {
    code: "DD105",
    message: '"{name}" is neither an address nor a name in {file}',
    remedy: "write the address, or add the name to the deployments file of this chain",
  },
  BAD_ADDRESS: {
    code: "DD106",
    message: "{value} is not a valid address: {reason}",
    remedy: "write 20 bytes in hex with the EIP-55 checksum",
  },
  NO_CODE: {
    code: "DD107",
    message: "there is no contract code at {address} ({what}) on chain {chainId} at block {block}",
    remedy: "check the address and the chain",
  },
  NOT_A_PROXY: {
    code: "DD108",
    message: "{address} ({what}) is not a proxy that Drydock knows: no EIP-1967 implementation or beacon slot is set",
    remedy: "check the address; for a beacon, give the kind `beacon` and the address of the beacon itself",
  },
  BAD_ENDPOINT: {
    code: "DD290",
    message: "the endpoints of the network {network} are not usable: {detail}",
    remedy: "give at least one http or https url for the network in your Hardhat config",
  },
  ENDPOINTS_DISAGREE: {
    code: "DD291",
    message: "the endpoints of {network} serve different chains: {first} chain {firstChain}, {second} chain {secondChain}",
    remedy: "remove the endpoint of the other chain from your Hardhat config",
  },
  BLOCK_UNKNOWN: {
    code: "DD292",
    message: "the chain has no block {block}, says the endpoint",
    remedy: "check the block number or hash, or use an endpoint that keeps this block",
  },
  LOGS_INCOMPLETE: {
    code: "DD293",
    message: "the logs of {address} from block {from} to {to} could not be read completely: {reason}",
    remedy: "use an endpoint that serves logs over longer ranges",
  },
  NOT_A_SAFE: {
    code: "DD294",
    message: "{address} does not behave like a Safe at this block: {reason}",
    remedy: "check the address and the chain",
  },
  NOT_A_TIMELOCK: {
    code: "DD295",
    message: "{address} does not behave like an OpenZeppelin TimelockController at this block: {reason}",
    remedy: "check the address and the chain",
  },
  RPC_MALFORMED: {
    code: "DD296",
    message: "the endpoint's answer is malformed: {what} is {value}",
    remedy: "use another endpoint",
  },
  NO_QUORUM: {
    code: "DD297",
    message: "the endpoints of {network} do not agree on the hash of block {block}: {detail}",
    remedy: "find out which endpoint is right, or add a third one",
  },
  HEADER_NOT_KNOWN: {
    code: "DD298",
    message: "the header of block {block} of {network} can't be verified: {reason}",
    remedy: "read this chain without verification, or update Drydock if the chain has a new header field",
  },
  NO_AGREEMENT: {
    code: "DD299",
    message: "the endpoints of {network} answer {what} differently, and nothing proves who is right: {detail}",
    remedy: "add an endpoint that serves proofs, or find out which one is right",
  },
  ARGUMENT: {
    code: "DD109",
    message: "{detail}",
    remedy: "see `npx hardhat upgrade {verb} --help`",
  },
  FILE_NOT_FOUND: {
    code: "DD110",
    message: "{path} does not exist ({what})",
    remedy: "check the path",
  },
  FILE_MALFORMED: {
    code: "DD111",
    message: "{path} is not a valid {what}: {detail}",
    remedy: "correct the file; nothing was changed",
  },
  STANDALONE_ARGUMENT: {
    code: "DD113",
    message: "{detail}",
    remedy: "see `npx hardhat-drydock --help`",
  },
  HARDHAT: {
    code: "DD112",
    message: "Hardhat refuses: {detail}",
    remedy: "what Hardhat means stands at https://hardhat.org/{code}",
  },
  PLAN_INVALID: {
    code: "DD120",
    message: "the plan {path} is not valid: {detail}",
    remedy: "see docs/plan.md for the fields of a plan",
  },
  CONTRACT_NOT_FOUND: {
    code: "DD121",
    message: 'the contract "{contract}" is not in this project{hint}',
    remedy: "check the name in the plan, or write it in full as path/File.sol:Contract",
  },
  CONTRACT_AMBIGUOUS: {
    code: "DD122",
    message: 'the contract name "{contract}" stands for several: {candidates}',
    remedy: "write it in full as path/File.sol:Contract",
  },
  COMPILE_FAILED: {
    code: "DD123",
    message: "{contract} does not compile with solc {version}: {detail}",
    remedy: "correct the source, then run again",
  },
  COMPILER_UNAVAILABLE: {
    code: "DD124",
    message: "solc {version} is not installed here",
    remedy: 'install it from npm: npm install --save-exact --save-dev "solc-{version}@npm:solc@{version}"',
  },
  ABI_MISMATCH: {
    code: "DD125",
    message: "{contract} has no function that fits {call}: {detail}",
    remedy: "correct the function or its arguments in the plan",
  },
  LAYOUT_UNREADABLE: {
    code: "DD200",
    message: "the storage layout of {what} can't be read: {detail}",
    remedy: "compile with solc 0.5.13 or newer, with `ast` and `storageLayout` in the outputSelection",
  },
  LAYOUT_NOT_SELECTED: {
    code: "DD201",
    message: "the compiler output of {contract} has neither an AST nor a storage layout",
    remedy:
      'add "storageLayout" and "transientStorageLayout" to settings.outputSelection["*"]["*"] and "ast" to settings.outputSelection["*"][""], then compile again',
  },
  MANIFEST_MALFORMED: {
    code: "DD202",
    message: "{path} is not an OpenZeppelin manifest: {detail}",
    remedy: "give a file that the OpenZeppelin upgrades plugin wrote, .openzeppelin/<network>.json",
  },
  GIT_SOURCE: {
    code: "DD203",
    message: "{file} can't be read at {ref}: {detail}",
    remedy: "give a commit, tag or branch that holds the old source, or name the old contract with --from alone",
  },
  SAFE_NOT_PROPOSER: {
    code: "DD130",
    message: "the Safe {safe} is not a proposer of the timelock {timelock}",
    remedy: "name the Safe that holds PROPOSER_ROLE, or grant the role first",
  },
  DELAY_TOO_SHORT: {
    code: "DD131",
    message: "the plan's delay of {delay} s is shorter than the timelock's minimum of {minimum} s",
    remedy: "raise the delay in the plan to at least the minimum, or leave it out",
  },
  OTHER_VERSION_LIVE: {
    code: "DD132",
    message: "the plan starts from {expected}, but {proxy} runs {live}",
    remedy: "execute the upgrade that comes before this one first; or name in `from` the contract that runs, if the plan is meant for it",
  },
  OPERATION_EXISTS: {
    code: "DD133",
    message: "the timelock operation {operation} is already {state}",
    remedy: "raise `attempt` in the plan to propose the same change again",
  },
  CODE_TOO_LARGE: {
    code: "DD134",
    message: "{contract} has {size} bytes of runtime code, {over} more than the {limit} that EIP-170 allows",
    remedy: "take something out of it, or move it into a library or a contract of its own; `optimizer.runs` trades size for gas",
  },
  CONSTRUCTOR_FAILED: {
    code: "DD135",
    message: "the implementation that would stand at {address} can't be created: {reason}",
    remedy: "correct the constructor or its arguments; a limit of 24,576 bytes applies to the code",
  },
  NOT_UPGRADEABLE_THIS_WAY: {
    code: "DD136",
    message: "{proxy} can't be changed as kind {kind}: {detail}",
    remedy: "correct the kind in the plan; `upgrade inspect` shows what the address is",
  },
  BUNDLE_TAMPERED: {
    code: "DD140",
    message: "the bundle {path} was changed after it was sealed: {detail}",
    remedy: "do not sign; ask the proposer for the bundle again, over another channel",
  },
  BUNDLE_INVALID: {
    code: "DD141",
    message: "{path} is not a proposal bundle: {detail}",
    remedy: "give the folder that `upgrade propose` wrote",
  },
  BUNDLE_IS_CWD: {
    code: "DD142",
    message: "review refuses to run with the bundle as its working directory",
    remedy: "run it from your own checkout: a bundle could bring its own Hardhat config",
  },
  NO_ACCOUNT: {
    code: "DD150",
    message: "no account is configured for the network {network}{detail}",
    remedy: "add the key to the network's `accounts` (hardhat keystore), or use --import",
  },
  NOT_AN_OWNER: {
    code: "DD151",
    message: "{account} is not an owner of the Safe {safe}",
    remedy: "use the account of an owner; `upgrade status` lists them",
  },
  BAD_SIGNATURE: {
    code: "DD152",
    message: "the signature is not a signature of {owner} over {hash}: {detail}",
    remedy: "sign the safeTxHash that `upgrade review` shows",
  },
  SIGNATURES_MISSING: {
    code: "DD153",
    message: "{have} of {need} signatures for the step {step}; still to sign: {missing}",
    remedy: "have the owners run `upgrade sign`",
  },
  STEP_NOT_POSSIBLE: {
    code: "DD154",
    message: "the step {step} is not possible now: {detail}",
    remedy: "run `upgrade status` to see where the proposal stands",
  },
  TRANSACTION_FAILED: {
    code: "DD155",
    message: "the transaction {hash} ({what}) failed: {reason}",
    remedy: "run `upgrade status`; nothing is sent twice when you run the step again",
  },
  REVIEW_NOT_PASSED: {
    code: "DD156",
    message: "the review did not pass, so nothing was {done}: {detail}",
    remedy: "run `upgrade review` and read the findings",
  },
  HASHES_DISAGREE: {
    code: "DD157",
    message: "the safeTxHash of the Safe {safe} is {ours} here, but {who} computes {theirs}",
    remedy: "do not sign; the Safe's code or its version is not what it says",
  },
  FORK_FAILED: {
    code: "DD160",
    message: "the fork of chain {chainId} at block {block} could not be made: {detail}",
    remedy: "check that the endpoint serves the state of that block (archive), or choose a later block with --block",
  },
  CHAIN_TYPE: {
    code: "DD161",
    message: "chains of type {type} can't be rehearsed",
    remedy: "Drydock can rehearse chains of type l1 and op; the gate stays not-run",
  },
  CASSETTE: {
    code: "DD162",
    message: "the cassette {path} can't answer: {detail}",
    remedy: "record again with --record, against an endpoint of your own",
  },
  RULE_NOT_LOADED: {
    code: "DD170",
    message: "the rule {rule} did not load: {detail}",
    remedy: "correct the rule's name or its configuration; checks fail closed",
  },
  SAFE_SERVICE: {
    code: "DD261",
    message: "the Safe Transaction Service {service} did not {what}: {reason}",
    remedy: "check the service's url and key; nothing that it holds is needed to sign or to send",
  },
  SAFE_VERSION: {
    code: "DD260",
    message: "{version} is not a Safe version whose transaction hash is known (0.1 to 1.5)",
    remedy: "give what the Safe's VERSION() answers; never sign a hash that you can't recompute",
  },
  UPSTREAM_BLOCK_MISMATCH: {
    code: "DD320",
    message: "{endpoint} has block {block} with the hash {actual}, but the rehearsal stands on {expected}",
    remedy: "the endpoint is on another branch or serves another chain; take it out of the list, or choose a later block",
  },
  UPSTREAM_STATE: {
    code: "DD321",
    message: "{endpoint} has no state of block {block} ({reason}); it has {available}",
    remedy: "use an archive endpoint, or give a block that it has with --block",
  },
  CASSETTE_MISS: {
    code: "DD322",
    message: "the cassette {path} holds no answer to {read}",
    remedy: "record it again with --record: the plan, the options or the version of Drydock are not those of the recording",
  },
  BLOCK_TOO_NEW: {
    code: "DD323",
    message: "block {block} is not there yet: the head of {network} is {head}",
    remedy: "choose a block at or below the head with --block",
  },
  REHEARSAL_IMPOSSIBLE: {
    code: "DD324",
    message: "the rehearsal can't begin: {detail}",
    remedy: "run `upgrade inspect` on the plan's addresses to see what stands on chain at that block",
  },
  ADAPTER_FAILED: {
    code: "DD325",
    message: "the adapter {adapter} failed in {where}: {reason}",
    remedy: "correct the adapter; docs/adapter.md says what each part must answer",
  },
  EXPECTATIONS_IMPORT: {
    code: "DD326",
    message: "{path} imports {imported}",
    remedy: "expectations must not come from the plan or its config: write down the value, or where it really comes from",
  },
  EXPECTATIONS_INVALID: {
    code: "DD327",
    message: "{path} holds no valid expectations: {detail}",
    remedy: "see docs/rehearsal.md for what can be declared, or run `upgrade rehearse --suggest` for a first draft",
  },
  CHAIN_MOVED: {
    code: "DD328",
    message: "{proxy} ran {pinned} at block {block}, where the rehearsal would stand, and runs {now} at the head ({head})",
    remedy: "wait until the change is as deep as the chain's safe depth, or give the block to rehearse at with --block",
  },
  UNKNOWN_RULE: {
    code: "DD230",
    message: "{where} names the rule {rule}, which does not exist",
    remedy: "see docs/checks/README.md for the ids",
  },
  SUPPRESSION_WITHOUT_REASON: {
    code: "DD231",
    message: "the suppression at {file}:{line} gives no reason",
    remedy: "write `drydock-disable-next-line RULE -- why this is right here`",
  },
  BASELINE_MALFORMED: {
    code: "DD232",
    message: "the baseline {path} is not valid: {detail}",
    remedy: "correct the entry; docs/checks/using.md shows one",
  },
  SOURCES_DO_NOT_COMPILE: {
    code: "DD233",
    message: "no contract could be checked: {detail}",
    remedy: "correct the sources until they compile, then run again",
  },
  SARIF_MALFORMED: {
    code: "DD234",
    message: "{path} is not a SARIF 2.1.0 log: {detail}",
    remedy: "write the other tool's report as SARIF 2.1.0",
  },
  NO_CONTRACT_MATCHES: {
    code: "DD235",
    message: "no contract matches {pattern}",
    remedy: "check the path, or name a contract of this project",
  },
  SLITHER_FAILED: {
    code: "DD236",
    message: "slither could not run: {detail}",
    remedy: "correct the installation of slither",
  },
  RULE_NOT_SETTABLE: {
    code: "DD237",
    message: "the configuration sets the rule {rule}, which {reason}",
    remedy: "take it out of drydock.check.rules",
  },
} as const satisfies Record<string, ErrorDescriptor>;

export interface ErrorDescriptor {
  /** Stable code, `DD` and three digits; the anchor in docs/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
