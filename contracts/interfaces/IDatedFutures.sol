// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPerpExchange} from "./IPerpExchange.sol";

/// @notice What a market trades. New kinds are appended; zero is what every market was before kinds existed.
enum MarketKind {
    Perpetual,
    DatedFuture
}

/// @title Futures with an expiry, from exchange version 2 on
/// @notice A dated market pays no funding. In the closing window before its expiry positions can only shrink, and after it
/// every position is settled at the oracle's locked expiry price.
interface IDatedFutures {
    /// @notice Terms of a market; all zero for perpetuals. `settlementPrice` is zero until the first settlement.
    struct DatedTerms {
        MarketKind kind;
        uint64 expiry;
        uint128 settlementPrice;
    }

    event DatedMarketCreated(uint256 indexed marketId, uint64 expiry);
    event DatedMarketSettled(uint256 indexed marketId, uint256 settlementPrice);
    event DatedPositionSettled(uint256 indexed marketId, address indexed account, int256 size);

    /// @notice The market has expired: positions are settled, not traded.
    error MarketExpired(uint256 marketId);
    /// @notice The market is a perpetual, or has not expired yet.
    error NotSettleable(uint256 marketId);

    /// @notice Opens a dated market, and returns its id. The expiry must lie beyond the closing window and within the
    /// longest tenor; the parameters' funding must be zero.
    function createDatedMarket(IPerpExchange.MarketParameters calldata parameters, uint64 expiry)
        external
        returns (uint256 marketId);

    /// @notice Settles the positions of `accounts` in an expired market at the locked expiry price. Anyone may call it.
    function settleExpired(uint256 marketId, address[] calldata accounts) external;

    /// @notice Kind, expiry and settlement price of a market.
    function datedTerms(uint256 marketId) external view returns (DatedTerms memory);

    /// @notice Longest time to expiry of a new market, and length of the closing window, in seconds.
    function datedRules() external view returns (uint32 maxTenor, uint32 closingWindow);
}
