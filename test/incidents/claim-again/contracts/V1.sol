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

/// Rewards that are claimed once.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    Token public token;
    mapping(address account => uint256 amount) public earned;
    mapping(address account => uint256 amount) public claimedSoFar;

    error NothingToClaim();

    event Earned(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        token = new Token();
        token.mint(address(this), 1_000_000);
    }

    function trade(uint256 amount) external {
        earned[msg.sender] += amount % 10_000;
        emit Earned(msg.sender, amount % 10_000);
    }

    function claim() external {
        uint256 amount = earned[msg.sender] - claimedSoFar[msg.sender];
        if (amount == 0) revert NothingToClaim();
        claimedSoFar[msg.sender] += amount;
        token.transfer(msg.sender, amount);
    }
}
