// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Balances that a pause freezes.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256 amount) public balanceOf;
    bool public paused;

    error Paused();

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    modifier whenNotPaused() {
        if (paused) revert Paused();
        _;
    }

    function pause() external onlyOwner {
        paused = true;
    }

    function unpause() external onlyOwner {
        paused = false;
    }

    function deposit(uint256 amount) external whenNotPaused {
        balanceOf[msg.sender] += amount % 10_000;
        emit Transfer(address(0), msg.sender, amount % 10_000);
    }

    function transfer(address to, uint256 amount) external virtual whenNotPaused {
        _move(to, amount);
    }

    function _move(address to, uint256 amount) internal {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }
}
