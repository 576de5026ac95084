// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Holds a cap and balances; the first version of a pair for the route's tests.
contract VaultV1 is OwnableUpgradeable, UUPSUpgradeable {
    uint128 public cap;
    uint64 public fee;
    bool public open;
    mapping(address account => uint256 amount) public balances;

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        cap = 1000;
        fee = 5;
        open = true;
        balances[owner_] = 77;
    }

    function _authorizeUpgrade(address) internal virtual override onlyOwner {}
}

/// Doubles the cap when it is told to.
contract VaultV2 is VaultV1 {
    uint256 public added;
    mapping(bytes32 id => mapping(address account => uint64[] amounts)) public series;

    function initializeV2(uint256 value) external reinitializer(2) {
        added = value;
        balances[owner()] += 1;
        series["ETH"][owner()] = [3, 4, 5];
        cap = cap * 2;
    }
}

/// Like VaultV2, but the upgrade right is gone.
contract VaultOpen is VaultV1 {
    function _authorizeUpgrade(address) internal override {}
}

/// Leaves its reinitializer open: the upgrade does not call it.
contract VaultForgotten is VaultV1 {
    function initializeV2(address owner_) external reinitializer(2) {
        __Ownable_init(owner_);
    }
}

/// Loses a check: the fee may be set by anybody, which VaultGuarded refuses.
contract VaultGuarded is VaultV1 {
    function setFee(uint64 fee_) external virtual onlyOwner {
        fee = fee_;
    }
}

/// Sets the cap by an initializer, and keeps what its owner could do.
contract VaultGuardedV2 is VaultGuarded {
    function initializeV2(uint128 cap_) external reinitializer(2) {
        cap = cap_;
    }
}

contract VaultUnguarded is VaultGuarded {
    function setFee(uint64 fee_) external override {
        fee = fee_;
    }
}

/// Can't be upgraded any more.
contract VaultStuck is VaultV1 {
    error Never();

    function _authorizeUpgrade(address) internal pure override {
        revert Never();
    }
}

/// A getter that reverts for what exists, and one that answers in another unit.
contract VaultDeaf is VaultV1 {
    function shares(address account) external view virtual returns (uint256) {
        return balances[account];
    }
}

contract VaultDeafer is VaultDeaf {
    error Unknown(address account);

    function shares(address account) external view override returns (uint256) {
        if (balances[account] != 0) revert Unknown(account);
        return 0;
    }
}

/// Calls its caller back in the middle, and refuses to be entered again.
contract VaultPolite is VaultV1 {
    bool private _entered;

    function ping() external virtual {
        require(!_entered);
        _entered = true;
        _callBack();
        _entered = false;
    }

    function _callBack() internal {
        balances[msg.sender] += 1;
        (bool called,) = msg.sender.call("");
        require(called);
    }
}

/// The same without the guard.
contract VaultEcho is VaultPolite {
    function ping() external override {
        _callBack();
    }
}

/// Opens for the number that stands in its storage, and in no event.
contract VaultSecret is VaultV1 {
    uint256 internal _secret;

    function hide(uint256 secret) external {
        require(_secret == 0);
        _secret = secret;
    }

    function claim(uint256 secret) external virtual {
        require(false);
        balances[msg.sender] = secret;
    }
}

contract VaultTold is VaultSecret {
    function claim(uint256 secret) external override {
        require(_secret != 0 && secret == _secret);
        balances[msg.sender] = secret;
    }
}
