// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Balances of which some accounts are frozen.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256 amount) public balanceOf;
    mapping(address account => bool isFrozen) internal frozen;
    address public guardian;

    error Frozen();

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        guardian = address(0xBEEF00000000000000000000000000000000BEEf);
    }

    function freeze(address account, bool isFrozen) external {
        if (msg.sender != guardian) revert OwnableUnauthorizedAccount(msg.sender);
        frozen[account] = isFrozen;
    }

    function deposit(uint256 amount) external {
        balanceOf[msg.sender] += amount % 10_000;
        emit Transfer(address(0), msg.sender, amount % 10_000);
    }

    function transfer(address to, uint256 amount) external virtual {
        if (frozen[msg.sender] || frozen[to]) revert Frozen();
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }
}
