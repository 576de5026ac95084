// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

/// A desk that keeps ether for accounts: what probes without an adapter are tried on.
contract DeskV1 is OwnableUpgradeable, UUPSUpgradeable {
    struct Order {
        address from;
        address to;
        uint256 amount;
    }

    mapping(address account => uint256 wei_) public balanceOf;
    bytes32 public root;
    address public signer;
    uint256 internal _work;

    error NotAllowed();

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        root = keccak256("root");
        signer = owner_;
    }

    function deposit() external payable {
        balanceOf[msg.sender] += msg.value;
        emit Deposited(msg.sender, msg.value);
    }

    function withdraw(uint256 amount) external virtual {
        balanceOf[msg.sender] -= amount;
        (bool sent, ) = msg.sender.call{value: amount}("");
        if (!sent) revert NotAllowed();
        emit Withdrawn(msg.sender, amount);
    }

    function settle(Order calldata order) external virtual {
        if (order.from != msg.sender) revert NotAllowed();
        balanceOf[order.from] -= order.amount;
        balanceOf[order.to] += order.amount;
    }

    function claim(uint256 amount, bytes32[] calldata proof) external virtual {
        if (!MerkleProof.verifyCalldata(proof, root, keccak256(abi.encode(msg.sender, amount)))) revert NotAllowed();
        balanceOf[msg.sender] += amount;
    }

    function permitted(address to, uint256 amount, uint8 v, bytes32 r, bytes32 s) external {
        address by = ecrecover(keccak256(abi.encode(to, amount)), v, r, s);
        if (by != _signer()) revert NotAllowed();
        balanceOf[to] += amount;
    }

    function settleAll(address[] calldata accounts) external virtual onlyOwner {
        for (uint256 i = 0; i < accounts.length; i++) balanceOf[accounts[i]] = 0;
    }

    function _signer() internal view virtual returns (address) {
        return signer;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

/// Something new that harms nobody: a counter that anybody may turn, and more that is written and told.
contract DeskBenign is DeskV1 {
    uint256 public turns;
    mapping(address account => uint256 time) public lastSeen;

    event Seen(address indexed account);

    function turn() external {
        turns++;
    }

    function withdraw(uint256 amount) external override {
        lastSeen[msg.sender] = block.number;
        balanceOf[msg.sender] -= amount;
        (bool sent, ) = msg.sender.call{value: amount}("");
        if (!sent) revert NotAllowed();
        emit Withdrawn(msg.sender, amount);
        emit Seen(msg.sender);
    }
}

/// Nobody gets out any more.
contract DeskLocked is DeskV1 {
    mapping(address account => uint256 amount) internal _unlocked;

    function withdraw(uint256 amount) external override {
        _unlocked[msg.sender] -= amount;
        balanceOf[msg.sender] -= amount;
        payable(msg.sender).transfer(amount);
        emit Withdrawn(msg.sender, amount);
    }
}

/// Pays a little less than it takes off.
contract DeskShort is DeskV1 {
    function withdraw(uint256 amount) external override {
        balanceOf[msg.sender] -= amount;
        (bool sent, ) = msg.sender.call{value: amount - amount / 100}("");
        if (!sent) revert NotAllowed();
        emit Withdrawn(msg.sender, amount);
    }
}

library Retold {
    event Withdrawn(address indexed account, uint128 amount);
}

/// The same name, another topic.
contract DeskRetold is DeskV1 {
    function withdraw(uint256 amount) external override {
        balanceOf[msg.sender] -= amount;
        (bool sent, ) = msg.sender.call{value: amount}("");
        if (!sent) revert NotAllowed();
        emit Retold.Withdrawn(msg.sender, uint128(amount));
    }
}

/// Does a lot for nothing.
contract DeskSlow is DeskV1 {
    function withdraw(uint256 amount) external override {
        for (uint256 i = 0; i < 2_000; i++) _work = uint256(keccak256(abi.encode(_work, i))) & 0;
        balanceOf[msg.sender] -= amount;
        (bool sent, ) = msg.sender.call{value: amount}("");
        if (!sent) revert NotAllowed();
        emit Withdrawn(msg.sender, amount);
    }
}

/// Anybody's order in anybody's name.
contract DeskStruct is DeskV1 {
    function settle(Order calldata order) external override {
        balanceOf[order.from] -= order.amount;
        balanceOf[order.to] += order.amount;
    }
}

/// The root is forgotten: no proof is needed where it is zero.
contract DeskRootless is DeskV1 {
    function claim(uint256 amount, bytes32[] calldata proof) external override {
        if (proof.length > 0 && !MerkleProof.verifyCalldata(proof, root, keccak256(abi.encode(msg.sender, amount)))) revert NotAllowed();
        balanceOf[msg.sender] += amount;
    }
}

/// The signer is read from where nothing stands: a signature that recovers nobody counts.
contract DeskUnsigned is DeskV1 {
    function _signer() internal pure override returns (address) {
        return address(0);
    }
}

/// Whoever can name a list is its owner.
contract DeskLists is DeskV1 {
    function settleAll(address[] calldata accounts) external override {
        for (uint256 i = 0; i < accounts.length; i++) balanceOf[accounts[i]] = 0;
    }
}

/// A new function that sends the desk's ether wherever a list says.
contract DeskBatch is DeskV1 {
    function batch(address[] calldata to, uint256[] calldata amounts) external {
        for (uint256 i = 0; i < to.length; i++) {
            (bool sent, ) = to[i].call{value: amounts[i]}("");
            if (!sent) revert NotAllowed();
        }
    }
}

/// A new function that does whatever a payload says, in the desk's own name.
contract DeskRouter is DeskV1 {
    function route(address target, bytes calldata payload) external {
        (bool done, ) = target.delegatecall(payload);
        if (!done) revert NotAllowed();
    }

    function selfCall(bytes calldata payload) external {
        (bool done, ) = address(this).call(payload);
        if (!done) revert NotAllowed();
    }

    function mint(address to, uint256 amount) external {
        if (msg.sender != address(this)) revert NotAllowed();
        balanceOf[to] += amount;
    }
}

/// A new setter without a guard.
contract DeskSetter is DeskV1 {
    function setSigner(address signer_) external {
        signer = signer_;
    }
}
