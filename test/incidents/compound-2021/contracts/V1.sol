// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// A plain token; whoever asks gets some.
contract Token {
    mapping(address account => uint256 amount) public balanceOf;
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 amount);

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
        return true;
    }
}

/// Pays a reward per unit supplied, by an index.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    uint256 public constant INITIAL_INDEX = 1e36;

    Token public reward;
    uint256 public index;
    mapping(address account => uint256 amount) public supplied;
    /// The index at which an account was paid last; 0 for who supplied before there were rewards.
    mapping(address account => uint256 index) public indexOf;

    event Supplied(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        reward = new Token();
        reward.mint(address(this), 1e40);
    }

    /// Rewards begin.
    function begin() external {
        if (index == 0) index = INITIAL_INDEX;
    }

    function supply(uint256 amount) external {
        supplied[msg.sender] += amount;
        emit Supplied(msg.sender, amount);
    }

    function claim(address account) external {
        uint256 delta = index - _startOf(account);
        indexOf[account] = index;
        uint256 due = (supplied[account] * delta) / 1e36;
        if (due > 0) reward.transfer(account, due);
    }

    function _startOf(address account) internal view virtual returns (uint256) {
        uint256 own = indexOf[account];
        return own == 0 ? INITIAL_INDEX : own;
    }
}
