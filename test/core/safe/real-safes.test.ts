import { createRequire } from "node:module";
import { expect } from "chai";
import fc from "fast-check";
import { Contract, ContractFactory, JsonRpcProvider, Signature, Wallet, ZeroAddress, ZeroHash, concat, getAddress, getBytes, hexlify, keccak256, toBeHex, type JsonRpcSigner } from "ethers";
import { SAFE_INTERFACE, encodeApproveHash, encodeExecTransaction, encodeMultiSend } from "../../../src/core/safe/calldata.js";
import { safeHashes } from "../../../src/core/safe/hashes.js";
import { safeContractAt, SAFE_CONTRACTS } from "../../../src/core/safe/known-code.js";
import { approvedHashSignature, packSignatures } from "../../../src/core/safe/signatures.js";
import { plainSafeTx, type SafeTx } from "../../../src/core/safe/transaction.js";
import { operationId, TIMELOCK_INTERFACE, encodeCancel, encodeExecuteBatch, encodeScheduleBatch } from "../../../src/core/timelock/operation.js";
import { deployByFactory, deploySafeContracts } from "../../../scripts/chain/safe-contracts.js";
import { startNode, type RunningNode } from "../../../scripts/chain/start-node.js";

const require = createRequire(import.meta.url);
interface Artifact {
  abi: string[];
  bytecode: string;
}
const artifact = (path: string): Artifact => require(path) as Artifact;

/** The npm packages that hold each version's own build. */
const VERSIONS: readonly [version: string, folder: string, singleton: string, proxy: string][] = [
  ["1.3.0", "safe-contracts-1.3.0/build/artifacts/contracts", "GnosisSafe.sol/GnosisSafe.json", "proxies/GnosisSafeProxy.sol/GnosisSafeProxy.json"],
  ["1.4.1", "@safe-global/safe-contracts/build/artifacts/contracts", "Safe.sol/Safe.json", "proxies/SafeProxy.sol/SafeProxy.json"],
  ["1.5.0", "@safe-global/safe-smart-account/build/artifacts/contracts", "Safe.sol/Safe.json", "proxies/SafeProxy.sol/SafeProxy.json"],
];
const owners = [11, 12, 13].map((key) => new Wallet(toBeHex(key, 32)));

describe("core/safe against the real contracts", function () {
  this.timeout(120_000);
  let node: RunningNode;
  let provider: JsonRpcProvider;
  let sender: JsonRpcSigner;
  before(async () => {
    node = await startNode();
    provider = new JsonRpcProvider(node.url, node.chainId, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 20 });
    sender = await provider.getSigner(0);
    await deploySafeContracts(provider, sender);
  });
  after(async () => {
    provider?.destroy();
    await node?.stop();
  });

  async function deploy({ abi, bytecode }: Artifact, args: readonly unknown[] = []): Promise<string> {
    const deployed = await new ContractFactory(abi, bytecode, sender).deploy(...args);
    await deployed.waitForDeployment();
    return deployed.getAddress();
  }

  for (const [version, folder, singletonPath, proxyPath] of VERSIONS)
    describe(`Safe ${version}`, () => {
      let safe: string;
      let contract: Contract;
      before(async () => {
        const singleton = await deploy(artifact(`${folder}/${singletonPath}`));
        safe = await deploy(artifact(`${folder}/${proxyPath}`), [singleton]);
        const setup = SAFE_INTERFACE.encodeFunctionData("setup(address[],uint256,address,bytes,address,address,uint256,address)", [
          [...owners.map(({ address }) => address), sender.address], 4, ZeroAddress, "0x", ZeroAddress, ZeroAddress, 0, ZeroAddress,
        ]);
        await (await sender.sendTransaction({ to: safe, data: setup })).wait();
        await (await sender.sendTransaction({ to: safe, value: 100n })).wait();
        contract = new Contract(safe, SAFE_INTERFACE, sender);
      });
      const hashes = (tx: SafeTx) => safeHashes({ chainId: BigInt(node.chainId), safe, version, tx });

      it("hashes as the contract does, for any fields", async () => {
        const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => getAddress(hexlify(bytes)));
        const amount = fc.bigInt(0n, 2n ** 256n - 1n);
        const tx = fc.record({
          to: address, value: amount, data: fc.uint8Array({ maxLength: 100 }).map((bytes) => hexlify(bytes)), operation: fc.constantFrom<0 | 1>(0, 1),
          safeTxGas: amount, baseGas: amount, gasPrice: amount, gasToken: address, refundReceiver: address, nonce: amount,
        });
        expect(await contract.VERSION!()).to.equal(version);
        expect(await contract.domainSeparator!()).to.equal(hashes(plainSafeTx({ to: safe, nonce: 0n })).domainHash);
        await fc.assert(
          fc.asyncProperty(tx, async (fields) => {
            const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = fields;
            const live: unknown = await contract.getTransactionHash!(to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce);
            expect(hashes(fields).safeTxHash).to.equal(live);
          }),
          { numRuns: 25 },
        );
      });

      it("executes what is encoded here, with an EIP-712, two eth_sign and an approved-hash signature", async () => {
        const before = await provider.getBalance(owners[0]!.address);
        const batch = encodeMultiSend([{ to: owners[0]!.address, value: 3n, data: "0x" }, { to: owners[0]!.address, value: 4n, data: "0x" }]);
        const multiSend = SAFE_CONTRACTS.find(({ kind, version: own }) => kind === "multi-send-call-only" && own === "1.4.1")!.address;
        const tx = plainSafeTx({ to: multiSend, data: batch, operation: 1, nonce: 0n });
        const { safeTxHash } = hashes(tx);
        await (await sender.sendTransaction({ to: safe, data: encodeApproveHash(safeTxHash) })).wait();
        const ethSign = async (wallet: Wallet): Promise<string> => {
          const { r, s, v } = Signature.from(await wallet.signMessage(getBytes(safeTxHash)));
          return concat([r, s, toBeHex(v + 4, 1)]);
        };
        const signatures = packSignatures([
          { owner: sender.address, signature: approvedHashSignature(sender.address) },
          { owner: owners[0]!.address, signature: owners[0]!.signingKey.sign(safeTxHash).serialized },
          { owner: owners[1]!.address, signature: await ethSign(owners[1]!) },
          { owner: owners[2]!.address, signature: await ethSign(owners[2]!) },
        ]);
        await (await sender.sendTransaction({ to: safe, data: encodeExecTransaction(tx, signatures) })).wait();
        expect(await provider.getBalance(owners[0]!.address)).to.equal(before + 7n);
        expect(await contract.nonce!()).to.equal(1n);
      });
    });

  it("knows the code hashes of what the packages build, at their published addresses", async () => {
    const built: [string, string][] = [
      ["safe-contracts-1.3.0/build/artifacts/contracts/GnosisSafe.sol/GnosisSafe.json", "1.3.0 GnosisSafe"],
      ["safe-contracts-1.3.0/build/artifacts/contracts/libraries/MultiSendCallOnly.sol/MultiSendCallOnly.json", "1.3.0 MultiSendCallOnly"],
      ["@safe-global/safe-contracts/build/artifacts/contracts/Safe.sol/Safe.json", "1.4.1 Safe"],
      ["@safe-global/safe-contracts/build/artifacts/contracts/libraries/MultiSend.sol/MultiSend.json", "1.4.1 MultiSend"],
      ["@safe-global/safe-smart-account/build/artifacts/contracts/SafeL2.sol/SafeL2.json", "1.5.0 SafeL2"],
      ["@safe-global/safe-smart-account/build/artifacts/contracts/libraries/MultiSend.sol/MultiSend.json", "1.5.0 MultiSend"],
    ];
    for (const [path, name] of built) {
      const address = await deployByFactory(provider, sender, artifact(path).bytecode);
      const known = safeContractAt(address);
      expect(known && `${known.version} ${known.name}`, `${name} at ${address}`).to.equal(name);
      expect(keccak256(await provider.getCode(address)), name).to.equal(known?.codeHash);
    }
  });

  it("schedules, executes and cancels on a real TimelockController, under the recomputed id", async () => {
    const timelock = await deploy(artifact("@openzeppelin/contracts/build/contracts/TimelockController.json"), [0, [sender.address], [sender.address], ZeroAddress]);
    const contract = new Contract(timelock, TIMELOCK_INTERFACE, sender);
    const send = async (data: string): Promise<void> => void (await (await sender.sendTransaction({ to: timelock, data })).wait());
    await (await sender.sendTransaction({ to: timelock, value: 9n })).wait();
    const operation = { calls: [{ target: owners[2]!.address, value: 4n, data: "0x" }, { target: owners[2]!.address, value: 5n, data: "0xabcd" }], predecessor: ZeroHash, salt: keccak256("0x01") };
    const id = operationId(operation);
    await send(encodeScheduleBatch({ ...operation, delay: 0n }));
    expect(await contract.isOperation!(id)).to.equal(true);
    await send(encodeExecuteBatch(operation));
    expect(await contract.isOperationDone!(id)).to.equal(true);
    const next = { ...operation, predecessor: id };
    await send(encodeScheduleBatch({ ...next, delay: 0n }));
    await send(encodeCancel(operationId(next)));
    expect(await contract.isOperation!(operationId(next))).to.equal(false);
  });
});
