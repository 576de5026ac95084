// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// The chain's own coin as a token; the contract holds what is not out yet.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256 amount) public balanceOf;
    mapping(bytes32 hash => bool isUsed) public used;

    error BadSignature();

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        balanceOf[0x1100000000000000000000000000000000000011] = 5_000;
        emit Transfer(address(0), 0x1100000000000000000000000000000000000011, 5_000);
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        _move(msg.sender, to, amount);
    }

    function _move(address from, address to, uint256 amount) internal {
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
    }
}
