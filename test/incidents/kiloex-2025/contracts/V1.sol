// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// Takes prices from a keeper.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    address public keeper;
    uint256 public price;

    error NotKeeper();
    error Failed();
    error BadSignature();

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        keeper = owner_;
        price = 3_000 ether;
    }

    function setPrice(uint256 price_) external {
        if (_sender() != keeper) revert NotKeeper();
        price = price_;
    }

    function _sender() internal view virtual returns (address) {
        return msg.sender;
    }
}
