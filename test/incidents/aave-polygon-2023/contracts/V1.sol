// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// The interest model that stands on chain; the upgrade does not change it.
contract Strategy {
    function rates(uint256 liquidity) external pure returns (uint256) {
        return 1e18 / (liquidity + 1);
    }
}

/// Keeps deposits, and asks the asset's interest model after each move.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    Strategy public strategy;
    uint256 public liquidity;
    uint256 public rate;
    mapping(address account => uint256 amount) public balanceOf;

    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        strategy = new Strategy();
    }

    function deposit(uint256 amount) external {
        balanceOf[msg.sender] += amount;
        liquidity += amount;
        rate = _newRate();
        emit Deposited(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        liquidity -= amount;
        rate = _newRate();
        emit Withdrawn(msg.sender, amount);
    }

    function _newRate() internal view virtual returns (uint256) {
        return strategy.rates(liquidity);
    }
}
