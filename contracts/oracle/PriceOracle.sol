// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";

/// @title Adapter from Chainlink-style feeds to the venue's prices
/// @notice Immutable: no owner, no setter. Decimals are read from each feed at construction.
contract PriceOracle is IPriceOracle {
    struct Feed {
        IAggregatorV3 aggregator;
        uint32 heartbeat;
        uint8 decimals;
    }

    uint8 private constant MAX_DECIMALS = 36;

    /// @notice L2 sequencer uptime feed; the zero address on chains without a sequencer.
    IAggregatorV3 public immutable sequencerFeed;
    /// @notice Seconds for which prices stay refused after the sequencer came back.
    uint256 public immutable sequencerGrace;

    mapping(bytes32 id => Feed) private _feeds;
    mapping(bytes32 id => mapping(uint64 expiry => uint256 price1e18)) private _locked;
    bytes32[] private _ids;

    constructor(FeedConfig[] memory feeds, address sequencerFeed_, uint256 sequencerGrace_) {
        sequencerFeed = IAggregatorV3(sequencerFeed_);
        sequencerGrace = sequencerGrace_;
        for (uint256 i = 0; i < feeds.length; ++i) {
            FeedConfig memory config = feeds[i];
            if (config.id == bytes32(0) || address(_feeds[config.id].aggregator) != address(0)) {
                revert InvalidFeedId(config.id);
            }
            if (config.aggregator == address(0) || config.heartbeat == 0) revert InvalidFeed(config.id);
            IAggregatorV3 aggregator = IAggregatorV3(config.aggregator);
            uint8 decimals = aggregator.decimals();
            if (decimals > MAX_DECIMALS) revert UnsupportedDecimals(config.id, decimals);
            _feeds[config.id] = Feed(aggregator, config.heartbeat, decimals);
            _ids.push(config.id);
        }
    }

    /// @inheritdoc IPriceOracle
    function lockExpiryPrice(bytes32 id, uint64 expiry, uint80 roundId) external returns (uint256 price1e18) {
        Feed memory source = _feed(id);
        if (expiry >= block.timestamp) revert NotExpired(expiry);
        if (_locked[id][expiry] != 0) revert AlreadyLocked(id, expiry);

        (int256 answer, uint256 updatedAt) = _round(source, roundId);
        (int256 nextAnswer, uint256 nextUpdatedAt) = _round(source, roundId + 1);
        if (updatedAt == 0 || updatedAt > expiry || nextUpdatedAt <= expiry) revert WrongRound(id, expiry, roundId);

        bool stale = answer <= 0 || expiry - updatedAt > source.heartbeat;
        price1e18 = _scale(id, stale ? nextAnswer : answer, source.decimals);
        _locked[id][expiry] = price1e18;
        emit ExpiryPriceLocked(id, expiry, price1e18, stale ? roundId + 1 : roundId);
    }

    /// @inheritdoc IPriceOracle
    function price(bytes32 id) external view returns (uint256 price1e18, uint256 updatedAt) {
        Feed memory source = _feed(id);
        _checkSequencer();
        int256 answer;
        (, answer,, updatedAt,) = source.aggregator.latestRoundData();
        if (updatedAt > block.timestamp || block.timestamp - updatedAt > source.heartbeat) {
            revert StalePrice(id, updatedAt);
        }
        price1e18 = _scale(id, answer, source.decimals);
    }

    /// @inheritdoc IPriceOracle
    function expiryPrice(bytes32 id, uint64 expiry) external view returns (uint256 price1e18) {
        price1e18 = _locked[id][expiry];
        if (price1e18 == 0) revert NotLocked(id, expiry);
    }

    /// @inheritdoc IPriceOracle
    function feed(bytes32 id) external view returns (address aggregator, uint32 heartbeat, uint8 decimals) {
        Feed memory source = _feed(id);
        return (address(source.aggregator), source.heartbeat, source.decimals);
    }

    /// @inheritdoc IPriceOracle
    function feedIds() external view returns (bytes32[] memory) {
        return _ids;
    }

    function _checkSequencer() private view {
        if (address(sequencerFeed) == address(0)) return;
        // The uptime feed answers 0 while the sequencer is up; `startedAt` is when that state began.
        (, int256 answer, uint256 startedAt,,) = sequencerFeed.latestRoundData();
        if (answer != 0 || startedAt == 0 || block.timestamp - startedAt <= sequencerGrace) {
            revert SequencerDown(startedAt);
        }
    }

    function _feed(bytes32 id) private view returns (Feed memory source) {
        source = _feeds[id];
        if (address(source.aggregator) == address(0)) revert UnknownFeed(id);
    }

    /// @dev A round that doesn't exist has `updatedAt` zero, whether the feed reverts or answers with zeros.
    function _round(Feed memory source, uint80 roundId) private view returns (int256 answer, uint256 updatedAt) {
        try source.aggregator.getRoundData(roundId) returns (uint80, int256 a, uint256, uint256 at, uint80) {
            return (a, at);
        } catch {
            return (0, 0);
        }
    }

    function _scale(bytes32 id, int256 answer, uint8 decimals) private pure returns (uint256 scaled) {
        if (answer <= 0) revert NonPositivePrice(id, answer);
        scaled = decimals <= 18 ? uint256(answer) * 10 ** (18 - decimals) : uint256(answer) / 10 ** (decimals - 18);
        if (scaled == 0) revert NonPositivePrice(id, answer);
    }
}
