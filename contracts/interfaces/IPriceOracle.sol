// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Prices of the venue, in US dollars with 18 decimals
/// @notice Immutable and without an owner. A new set of feeds is a new oracle, and a proposal that points to it.
interface IPriceOracle {
    /// @notice One feed: `id` as the venue knows it, the aggregator, and the age in seconds at which its answer is stale.
    struct FeedConfig {
        bytes32 id;
        address aggregator;
        uint32 heartbeat;
    }

    /// @notice The price of `id` for expiries at `expiry` was locked at `price1e18`, taken from the feed's `roundId`.
    event ExpiryPriceLocked(bytes32 indexed id, uint64 indexed expiry, uint256 price1e18, uint80 roundId);

    /// @notice No feed has this id.
    error UnknownFeed(bytes32 id);
    /// @notice The id is used twice, or is zero.
    error InvalidFeedId(bytes32 id);
    /// @notice The aggregator is the zero address, or its heartbeat is zero.
    error InvalidFeed(bytes32 id);
    /// @notice The feed reports more decimals than the venue can scale.
    error UnsupportedDecimals(bytes32 id, uint8 decimals);
    /// @notice The feed's last answer is older than its heartbeat, or lies in the future.
    error StalePrice(bytes32 id, uint256 updatedAt);
    /// @notice The feed's answer is zero or negative, or too small to be expressed.
    error NonPositivePrice(bytes32 id, int256 answer);
    /// @notice The L2 sequencer is down, or has been up for less than the grace period.
    error SequencerDown(uint256 since);
    /// @notice The expiry lies in the future.
    error NotExpired(uint64 expiry);
    /// @notice The price of this expiry is already locked and can't change any more.
    error AlreadyLocked(bytes32 id, uint64 expiry);
    /// @notice The price of this expiry is not locked yet.
    error NotLocked(bytes32 id, uint64 expiry);
    /// @notice `roundId` is not the feed's last round at or before the expiry.
    error WrongRound(bytes32 id, uint64 expiry, uint80 roundId);

    /// @notice The live price of one unit of `id`.
    /// @return price1e18 US dollars per unit, 18 decimals.
    /// @return updatedAt When the feed was last updated, in seconds.
    function price(bytes32 id) external view returns (uint256 price1e18, uint256 updatedAt);

    /// @notice The locked settlement price of `id` at `expiry`, 18 decimals. Reverts with {NotLocked} until it is locked.
    function expiryPrice(bytes32 id, uint64 expiry) external view returns (uint256 price1e18);

    /// @notice Locks the settlement price of `id` at `expiry`, once and for ever. Anyone may call it: `roundId` must be the
    /// feed's last round at or before the expiry, and the next round must exist and lie after it. Where that last round
    /// was already stale at the expiry, or its answer not positive, the price is the next round's.
    function lockExpiryPrice(bytes32 id, uint64 expiry, uint80 roundId) external returns (uint256 price1e18);

    /// @notice The aggregator, heartbeat and decimals of a feed.
    function feed(bytes32 id) external view returns (address aggregator, uint32 heartbeat, uint8 decimals);

    /// @notice All feed ids, in the order of the constructor.
    function feedIds() external view returns (bytes32[] memory);
}
