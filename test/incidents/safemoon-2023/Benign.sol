// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

/// A token that moves reflected balances; burning is a move to a fixed address.
contract Token is Initializable {
    address public owner;
    address public bridgeBurnAddress;
    mapping(address account => uint256) private _owned;
    mapping(address account => mapping(address spender => uint256)) private _allowances;

    error NotOwner();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_, uint256 supply) external initializer {
        owner = owner_;
        _owned[owner_] = supply;
    }

    function balanceOf(address account) external view returns (uint256) {
        return _owned[account];
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        _allowances[msg.sender][spender] = amount;
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        require(_allowances[from][msg.sender] >= amount, "allowance");
        _allowances[from][msg.sender] -= amount;
        _move(from, to, amount);
        return true;
    }

    function burn(address from, uint256 amount) external {
        require(owner == msg.sender, "not the owner");
        _burn(from, amount);
    }

    function burnMine(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    function _burn(address from, uint256 amount) private {
        _move(from, bridgeBurnAddress, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        _owned[from] -= amount;
        _owned[to] += amount;
    }
}
