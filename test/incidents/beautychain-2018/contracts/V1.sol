// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// A token.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256 amount) public balanceOf;

    event Transfer(address indexed from, address indexed to, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        _give(0x1100000000000000000000000000000000000011, 5_000);
    }

    function mint(address to, uint256 amount) external onlyOwner {
        _give(to, amount);
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        _give(to, amount);
    }

    function _give(address to, uint256 amount) internal {
        balanceOf[to] += amount;
        emit Transfer(msg.sender, to, amount);
    }
}
