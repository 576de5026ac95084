// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Balances that anybody may give himself and move: real traffic for the replay's tests.
contract LedgerV1 is OwnableUpgradeable, UUPSUpgradeable {
    event Moved(address indexed from, address indexed to, uint256 amount);

    error TooMuch(uint256 amount, uint256 balance);

    mapping(address account => uint256 amount) public balances;
    uint256 public total;
    uint256 public pokes;
    address public purse;

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    function give(uint256 amount) external virtual returns (uint256) {
        balances[msg.sender] += amount;
        total += amount;
        emit Moved(address(0), msg.sender, amount);
        return balances[msg.sender];
    }

    function move(address to, uint256 amount) external virtual returns (uint256) {
        if (balances[msg.sender] < amount) revert TooMuch(amount, balances[msg.sender]);
        balances[msg.sender] -= amount;
        balances[to] += amount;
        emit Moved(msg.sender, to, amount);
        return balances[msg.sender];
    }

    /// Emits nothing.
    function poke() external virtual {
        pokes += 1;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

/// Adds a function, and moves a number that later calls add to.
contract LedgerTwin is LedgerV1 {
    function initializeV2() external reinitializer(2) {
        pokes += 100;
    }

    function half(address account) external view returns (uint256) {
        return balances[account] / 2;
    }
}

/// Keeps a part of larger moves; answers and emits as before.
contract LedgerSkims is LedgerV1 {
    function move(address to, uint256 amount) external override returns (uint256) {
        if (balances[msg.sender] < amount) revert TooMuch(amount, balances[msg.sender]);
        balances[msg.sender] -= amount;
        uint256 kept = amount > 50 ? 1 : 0;
        balances[to] += amount - kept;
        balances[purse] += kept;
        emit Moved(msg.sender, to, amount);
        return balances[msg.sender];
    }
}

/// Refuses what worked, silently emits something else, answers otherwise.
contract LedgerRefuses is LedgerV1 {
    error Closed();

    function poke() external pure override {
        revert Closed();
    }

    function give(uint256 amount) external override returns (uint256) {
        balances[msg.sender] += amount;
        total += amount;
        emit Moved(msg.sender, msg.sender, amount);
        return amount;
    }
}
