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

/// Stakes that can be borrowed against.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    Token public token;
    mapping(address account => uint256 amount) public staked;
    mapping(address account => uint256 amount) public debt;

    error Unhealthy();

    event Borrowed(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        token = new Token();
        token.mint(address(this), 1_000_000);
    }

    function deposit(uint256 amount, address) external {
        token.transferFrom(msg.sender, address(this), amount);
        staked[msg.sender] += amount;
    }

    function borrow(uint256 amount) external {
        debt[msg.sender] += amount;
        if (debt[msg.sender] > staked[msg.sender]) revert Unhealthy();
        token.transfer(msg.sender, amount);
        emit Borrowed(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        staked[msg.sender] -= amount;
        if (debt[msg.sender] > staked[msg.sender]) revert Unhealthy();
        token.transfer(msg.sender, amount);
    }
}
