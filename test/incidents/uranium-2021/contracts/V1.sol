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

/// A pool of two tokens that keeps the product of its reserves.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    Token public tokenA;
    Token public tokenB;
    uint256 public reserveA;
    uint256 public reserveB;

    error ProductFell();

    event Swapped(address indexed trader, uint256 amountIn, uint256 amountOut);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        (tokenA, tokenB) = (new Token(), new Token());
        (reserveA, reserveB) = (1_000 ether, 4_000 ether);
        tokenA.mint(address(this), reserveA);
        tokenB.mint(address(this), reserveB);
    }

    /// Gives A, takes B.
    function swap(uint256 amountIn, uint256 amountOut) external {
        tokenA.transferFrom(msg.sender, address(this), amountIn);
        tokenB.transfer(msg.sender, amountOut);
        if (!_keepsProduct(reserveA + amountIn, reserveB - amountOut, amountIn)) revert ProductFell();
        reserveA += amountIn;
        reserveB -= amountOut;
        emit Swapped(msg.sender, amountIn, amountOut);
    }

    function _keepsProduct(uint256 balanceA, uint256 balanceB, uint256 amountIn) internal view virtual returns (bool) {
        return (balanceA * 1_000 - amountIn * 3) * (balanceB * 1_000) >= reserveA * reserveB * 1_000 ** 2;
    }
}
