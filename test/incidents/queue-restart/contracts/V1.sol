// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Redemptions that wait in a queue.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    struct Request {
        address account;
        uint256 amount;
    }

    mapping(address account => uint256 amount) public balanceOf;
    mapping(uint256 id => Request request) public requests;
    uint256 public nextId;

    error NotYours();

    event Requested(address indexed account, uint256 id, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
    }

    function deposit(uint256 amount) external {
        balanceOf[msg.sender] += amount % 10_000;
    }

    function request(uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        requests[nextId] = Request(msg.sender, amount);
        emit Requested(msg.sender, nextId++, amount);
    }

    function settle(uint256 id) external {
        Request memory one = requests[id];
        if (one.account != msg.sender) revert NotYours();
        delete requests[id];
        balanceOf[msg.sender] += one.amount;
    }
}
