// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// A lending market in one number per side: collateral has to stay above debt.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256 amount) public collateral;
    mapping(address account => uint256 amount) public debt;
    uint256 public reserves;

    error Unhealthy(address account);

    event Deposited(address indexed account, uint256 amount);
    event Borrowed(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    function deposit(uint256 amount) external {
        collateral[msg.sender] += amount;
        emit Deposited(msg.sender, amount);
    }

    function borrow(uint256 amount) external {
        debt[msg.sender] += amount;
        _requireHealthy(msg.sender);
        emit Borrowed(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        collateral[msg.sender] -= amount;
        _requireHealthy(msg.sender);
    }

    function isHealthy(address account) public view returns (bool) {
        return collateral[account] >= debt[account];
    }

    function _requireHealthy(address account) internal view {
        if (!isHealthy(account)) revert Unhealthy(account);
    }
}
