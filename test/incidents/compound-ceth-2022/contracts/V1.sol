// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

interface IMarket {
    function underlying() external view returns (address);
}

/// A market over a token, and the one over ether, which has no underlying.
contract TokenMarket is IMarket {
    address public underlying = address(1);
}

contract EtherMarket {
    bool public constant isEther = true;
}

/// Prices of a lending protocol's markets.
contract V1 is OwnableUpgradeable, UUPSUpgradeable {
    mapping(address market => uint256 price) internal _prices;
    address public etherMarket;

    event PricePosted(address indexed market, uint256 price);

    constructor() {
        _disableInitializers();
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        etherMarket = address(new EtherMarket());
        _post(etherMarket, 1_600e18);
        _post(address(new TokenMarket()), 1e18);
    }

    function priceOf(address market) external view virtual returns (uint256) {
        return _prices[market];
    }

    function _post(address market, uint256 price) private {
        _prices[market] = price;
        emit PricePosted(market, price);
    }
}
