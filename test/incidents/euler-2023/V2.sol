// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IToken {
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}

/// Deposits are collateral for debts; an account is named by its owner and a number.
contract Market {
    struct Account {
        uint256 deposit;
        uint256 debt;
    }

    IToken public immutable token;
    uint256 public reserves;
    mapping(address account => Account) private _accounts;

    constructor(IToken token_) {
        token = token_;
    }

    function deposit(uint256 id, uint256 amount) external {
        require(token.transferFrom(msg.sender, address(this), amount));
        _accounts[_sub(id)].deposit += amount;
    }

    function withdraw(uint256 id, uint256 amount) external {
        address account = _sub(id);
        _accounts[account].deposit -= amount;
        _checkLiquidity(account);
        require(token.transfer(msg.sender, amount));
    }

    function borrow(uint256 id, uint256 amount) external {
        address account = _sub(id);
        _accounts[account].debt += amount;
        _checkLiquidity(account);
        require(token.transfer(msg.sender, amount));
    }

    function move(uint256 id, address to, uint256 amount) external {
        address account = _sub(id);
        _accounts[account].deposit -= amount;
        _accounts[to].deposit += amount;
        _checkLiquidity(account);
    }

    function liquidate(address account, uint256 id, uint256 amount) external {
        Account storage violator = _accounts[account];
        require(violator.debt * 10 > violator.deposit * 8, "healthy");
        violator.debt -= amount;
        violator.deposit -= amount;
        _accounts[_sub(id)].deposit += amount;
    }

    function donateToReserves(uint256 id, uint256 amount) external {
        _accounts[_sub(id)].deposit -= amount;
        reserves += amount;
    }

    function _sub(uint256 id) internal view returns (address) {
        return address(uint160(msg.sender) ^ uint160(id));
    }

    function _checkLiquidity(address account) internal view {
        Account storage data = _accounts[account];
        require(data.debt * 10 <= data.deposit * 8, "collateral");
    }
}
