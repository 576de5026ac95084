// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {ERC6909Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC6909/ERC6909Upgradeable.sol";
import {IOptionSeries} from "../interfaces/IOptionSeries.sol";

/// @title Option tokens of one expiry, version 1; every expiry is a beacon proxy of its own
contract OptionSeries is IOptionSeries, ERC6909Upgradeable {
    /// @custom:storage-location erc7201:drydock.venue.OptionSeries
    struct OptionSeriesStorage {
        address market;
        uint64 expiry;
        mapping(uint256 seriesId => uint256) totalSupply;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.OptionSeries")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OPTION_SERIES_STORAGE = 0x0e938fae8e93cbbfd59622c1a7ac1c2a83bd5be7a1f8df4abe300a594a3c4400;

    modifier onlyMarket() {
        if (msg.sender != _series().market) revert OnlyMarket(msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice The caller, the options market, becomes the only one that mints and burns.
    function initialize(uint64 expiry_) external initializer {
        __ERC6909_init();
        _series().market = msg.sender;
        _series().expiry = expiry_;
    }

    /// @inheritdoc IOptionSeries
    function mint(address to, uint256 seriesId, uint256 amount) external onlyMarket {
        _series().totalSupply[seriesId] += amount;
        _mint(to, seriesId, amount);
    }

    /// @inheritdoc IOptionSeries
    function burn(address from, uint256 seriesId, uint256 amount) external onlyMarket {
        _burn(from, seriesId, amount);
        _series().totalSupply[seriesId] -= amount;
    }

    /// @inheritdoc IOptionSeries
    function market() external view returns (address) {
        return _series().market;
    }

    /// @inheritdoc IOptionSeries
    function expiry() external view returns (uint64) {
        return _series().expiry;
    }

    /// @inheritdoc IOptionSeries
    function totalSupply(uint256 seriesId) external view returns (uint256) {
        return _series().totalSupply[seriesId];
    }

    function _series() private pure returns (OptionSeriesStorage storage $) {
        assembly {
            $.slot := OPTION_SERIES_STORAGE
        }
    }
}
