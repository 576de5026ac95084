// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// A bridge's replica: a message counts once its root was confirmed.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(bytes32 root => uint256 confirmedAt) public confirmAt;
    mapping(bytes32 leaf => bytes32 root) public messages;
    mapping(address recipient => uint256 amount) public delivered;

    error NotProven();

    event Delivered(address indexed recipient, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_, bytes32 root) external initializer {
        __Ownable_init(owner_);
        confirmAt[root] = block.timestamp;
    }

    function prove(bytes calldata message, bytes32 root) external onlyOwner {
        messages[keccak256(message)] = root;
    }

    function process(bytes calldata message) external {
        uint256 confirmed = confirmAt[messages[keccak256(message)]];
        if (confirmed == 0 || confirmed > block.timestamp) revert NotProven();
        (uint256 amount, address recipient) = abi.decode(message, (uint256, address));
        delivered[recipient] += amount;
        emit Delivered(recipient, amount);
    }
}
