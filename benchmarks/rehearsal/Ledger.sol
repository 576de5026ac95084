// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Accounts with a collateral and a debt each, as many as the benchmark asks for.
contract LedgerV1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address account => uint256) public collateral;
    mapping(address account => uint256) public debt;
    address private _filler;

    event Opened(address indexed account);

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        _filler = tx.origin;
    }

    function fill(uint256 from, uint256 to) external {
        require(msg.sender == _filler);
        for (uint256 i = from; i < to; ++i) {
            address account = address(uint160(uint256(keccak256(abi.encode(i)))));
            collateral[account] = 100 + i;
            debt[account] = 1;
            emit Opened(account);
        }
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

contract LedgerV2 is LedgerV1 {
    function version() external pure returns (uint256) {
        return 2;
    }
}
