// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @notice Standing of a market. New values are appended; zero means it doesn't exist.
enum MarketStatus {
    Unlisted,
    Active,
    ReduceOnly
}

/// @title Perpetual futures, traded against a backstop account at mark or matched between two accounts
/// @notice Sizes are in units of the underlying, prices in US dollars, both with 18 decimals. The backstop's position is the
/// other side of everybody else's, so all positions of a market sum to zero.
interface IPerpExchange {
    /// @notice A market. `openInterest` is the sum of all long positions. `fundingIndex` is what one unit of long position
    /// has paid since the market opened.
    struct Market {
        bytes32 priceId;
        bytes32 riskClass;
        MarketStatus status;
        uint16 bandBps;
        uint16 takerFeeBps;
        uint16 maxFundingBpsPerDay;
        uint64 fundingAccruedAt;
        uint128 skewScale;
        uint128 openInterestCap;
        uint128 openInterest;
        int128 fundingIndex;
    }

    /// @notice A position. Profit up to `settledPrice` and funding up to `settledFunding` is already in the account's cash.
    struct Position {
        int128 size;
        uint128 settledPrice;
        int128 settledFunding;
    }

    /// @notice Parameters of a market that the timelock sets.
    struct MarketParameters {
        bytes32 priceId;
        bytes32 riskClass;
        uint16 bandBps;
        uint16 takerFeeBps;
        uint16 maxFundingBpsPerDay;
        uint128 skewScale;
        uint128 openInterestCap;
    }

    /// @notice A trade that was matched elsewhere: `size` moves from `short` to `long` at `price`.
    struct MatchedTrade {
        uint256 marketId;
        address long;
        address short;
        uint128 size;
        uint128 price;
        uint128 longFee;
        uint128 shortFee;
    }

    /// @notice All that `initialize` sets. Every address must be non-zero.
    struct InitParams {
        address timelock;
        address guardian;
        address matcher;
        address clearinghouse;
        address oracle;
        address backstop;
    }

    event MarketCreated(uint256 indexed marketId, bytes32 indexed priceId, bytes32 indexed riskClass);
    event MarketParametersSet(uint256 indexed marketId, MarketParameters parameters);
    event MarketStatusSet(uint256 indexed marketId, MarketStatus status);
    event BackstopSet(address indexed backstop);
    event Traded(uint256 indexed marketId, address indexed account, int256 size, uint256 price, uint256 fee);
    event FundingAccrued(uint256 indexed marketId, int256 fundingIndex);
    event ClosedOut(uint256 indexed marketId, address indexed account, int256 size, uint256 price);

    /// @notice No such market.
    error UnknownMarket(uint256 marketId);
    /// @notice The market only lets positions shrink.
    error MarketReduceOnly(uint256 marketId);
    /// @notice The trade would push all longs over the market's cap.
    error OverOpenInterestCap(uint256 marketId, uint256 openInterest, uint256 cap);
    /// @notice The price lies outside the market's band around the index.
    error PriceOutsideBand(uint256 price, uint256 low, uint256 high);
    /// @notice The price is worse than the caller's limit.
    error PriceLimit(uint256 price, uint256 limit);
    /// @notice Both sides are the same account, or a trade with the backstop names the backstop.
    error SelfTrade(address account);
    /// @notice The size was zero.
    error ZeroSize();
    /// @notice Only the clearinghouse closes accounts out.
    error OnlyClearinghouse(address caller);
    /// @notice The backstop takes over positions and can't be closed out itself.
    error BackstopCannotBeClosedOut();
    /// @notice A parameter lies outside its hard bounds.
    error OutOfBounds(bytes32 what, uint256 value);

    /// @notice Buys (positive) or sells (negative) `size` against the backstop, at mark moved by half of the trade's own
    /// skew. `limitPrice` is the worst price the caller accepts. Shrinking a position stays open under partial pause, in a
    /// reduce-only market and without margin.
    function trade(uint256 marketId, int128 size, uint256 limitPrice) external;

    /// @notice Books a trade that the order settlement matched. The price must lie in the band around the index.
    function settleMatch(MatchedTrade calldata matched) external;

    /// @notice Moves the market's funding index up to now. Anyone may call it.
    function accrueFunding(uint256 marketId) external;

    /// @notice Opens a market, and returns its id.
    function createMarket(MarketParameters calldata parameters) external returns (uint256 marketId);

    /// @notice Changes a market's parameters, after accruing funding under the old ones. The price id can't change.
    function setMarketParameters(uint256 marketId, MarketParameters calldata parameters) external;

    /// @notice Makes a market active or reduce-only.
    function setMarketStatus(uint256 marketId, MarketStatus status) external;

    /// @notice Names the account that takes the other side. The old backstop keeps its positions as an ordinary account.
    function setBackstop(address backstop_) external;

    /// @notice Index and mark price of a market.
    function prices(uint256 marketId) external view returns (uint256 index, uint256 mark);

    /// @notice A market's stored state.
    function marketOf(uint256 marketId) external view returns (Market memory);

    /// @notice How many markets there are; ids run from zero.
    function marketCount() external view returns (uint256);

    /// @notice An account's position.
    function positionOf(uint256 marketId, address account) external view returns (Position memory);

    /// @notice Funding that a position owes (positive) or is owed (negative) since it was last settled.
    function pendingFunding(uint256 marketId, address account) external view returns (int256);

    /// @notice The account that takes the other side of {trade} and of liquidations.
    function backstop() external view returns (address);

    /// @notice The clearinghouse.
    function clearinghouse() external view returns (address);

    /// @notice The oracle.
    function oracle() external view returns (address);

    /// @notice Version of the implementation.
    function version() external pure returns (string memory);
}
