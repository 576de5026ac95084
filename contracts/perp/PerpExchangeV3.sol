// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {UpgradeableModule} from "../access/UpgradeableModule.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IDatedFutures, MarketKind} from "../interfaces/IDatedFutures.sol";
import {IMarginProduct} from "../interfaces/IMarginProduct.sol";
import {IPerpExchange, MarketStatus} from "../interfaces/IPerpExchange.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {IRiskStandard} from "../interfaces/IRiskStandard.sol";
import {PauseLevel} from "../interfaces/IVenueAccess.sol";
import {VenueMath} from "../libraries/VenueMath.sol";

/// @title Futures exchange, version 3: version 2 under the risk standard of clearinghouse version 3
contract PerpExchangeV3 is IPerpExchange, IDatedFutures, IMarginProduct, UpgradeableModule, ReentrancyGuardTransient {
    using SafeCast for uint256;
    using SafeCast for int256;
    using VenueMath for int256;
    using VenueMath for uint256;

    bytes32 public constant MATCHER_ROLE = keccak256("MATCHER_ROLE");

    uint256 private constant MAX_MARKETS = 32;
    uint256 private constant MAX_BAND_BPS = 2_000;
    uint256 private constant MAX_FEE_BPS = 100;
    uint256 private constant MAX_FUNDING_BPS_PER_DAY = 1_000;

    /// @custom:storage-location erc7201:drydock.venue.PerpExchange
    struct PerpStorage {
        IClearinghouse clearinghouse;
        IPriceOracle oracle;
        address backstop;
        Market[] markets;
        mapping(uint256 marketId => mapping(address account => Position)) positions;
        mapping(address account => uint256 bitmap) openMarkets;
        // Version 2
        mapping(uint256 marketId => DatedTerms) dated;
        uint32 maxTenor;
        uint32 closingWindow;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.PerpExchange")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant PERP_STORAGE = 0xaa3776308ac6f92fdb1fd5cc6c6f82d3a1be094bc20e5a2d8723fd0535eeff00;

    /// @notice Sets every role holder and counterpart; leaves the caller without any right.
    function initialize(InitParams calldata params) external initializer {
        __VenueAccess_init(params.timelock, params.guardian);
        _requireAddress(params.matcher, "matcher");
        _requireAddress(params.clearinghouse, "clearinghouse");
        _requireAddress(params.oracle, "oracle");
        _requireAddress(params.backstop, "backstop");
        _grantRole(MATCHER_ROLE, params.matcher);
        PerpStorage storage $ = _perp();
        $.clearinghouse = IClearinghouse(params.clearinghouse);
        $.oracle = IPriceOracle(params.oracle);
        $.backstop = params.backstop;
        emit BackstopSet(params.backstop);
    }

    // --- Users

    /// @inheritdoc IPerpExchange
    function trade(uint256 marketId, int128 size, uint256 limitPrice) external nonReentrant whenExitsOpen {
        PerpStorage storage $ = _perp();
        address counterparty = $.backstop;
        if (msg.sender == counterparty) revert SelfTrade(msg.sender);
        if (size == 0) revert ZeroSize();
        uint256 index = _accrue(marketId);
        Market storage market = $.markets[marketId];
        _requireNotExpired(marketId);

        bool reducing = _reduces(marketId, msg.sender, size);
        // Half of the trade's own skew: a round trip then costs its fees and nothing else.
        int256 premium = _premium(market, marketId, int256(size) / 2);
        int256 bounded = premium.clamp(_band(market));
        if (!reducing) {
            _requireOpen(market, marketId);
            if (premium != bounded) {
                (uint256 low, uint256 high) = _bounds(market, index);
                revert PriceOutsideBand(_priceAt(index, premium), low, high);
            }
        }
        uint256 fill = _priceAt(index, bounded);
        if (size > 0 ? fill > limitPrice : fill < limitPrice) revert PriceLimit(fill, limitPrice);

        uint256 fee = VenueMath.notional(size, fill).bpsOf(market.takerFeeBps);
        _apply(marketId, msg.sender, size, fill);
        _apply(marketId, counterparty, -size, fill);
        if (fee != 0) $.clearinghouse.collectFee(msg.sender, fee);
        emit Traded(marketId, msg.sender, size, fill, fee);
        if (!reducing) {
            _requireUnderCap(market, marketId);
            $.clearinghouse.requireInitialMargin(msg.sender);
            $.clearinghouse.requireInitialMargin(counterparty);
        }
    }

    /// @inheritdoc IPerpExchange
    function settleMatch(MatchedTrade calldata matched) external nonReentrant whenExitsOpen onlyRole(MATCHER_ROLE) {
        if (matched.long == matched.short) revert SelfTrade(matched.long);
        if (matched.size == 0) revert ZeroSize();
        uint256 index = _accrue(matched.marketId);
        _requireNotExpired(matched.marketId);
        Market storage market = _perp().markets[matched.marketId];
        (uint256 low, uint256 high) = _bounds(market, index);
        if (matched.price < low || matched.price > high) revert PriceOutsideBand(matched.price, low, high);

        int128 size = uint256(matched.size).toInt256().toInt128();
        bool longReduces = _reduces(matched.marketId, matched.long, size);
        bool shortReduces = _reduces(matched.marketId, matched.short, -size);
        if (!longReduces || !shortReduces) _requireOpen(market, matched.marketId);

        _applyMatched(matched.marketId, matched.long, size, matched.price, matched.longFee);
        _applyMatched(matched.marketId, matched.short, -size, matched.price, matched.shortFee);
        if (!longReduces || !shortReduces) _requireUnderCap(market, matched.marketId);
        IClearinghouse house = _perp().clearinghouse;
        if (!longReduces) house.requireInitialMargin(matched.long);
        if (!shortReduces) house.requireInitialMargin(matched.short);
    }

    /// @inheritdoc IPerpExchange
    function accrueFunding(uint256 marketId) external whenExitsOpen {
        _accrue(marketId);
    }

    /// @inheritdoc IDatedFutures
    function settleExpired(uint256 marketId, address[] calldata accounts) external nonReentrant whenExitsOpen {
        PerpStorage storage $ = _perp();
        Market storage market = _market(marketId);
        if (!_isExpired(marketId)) revert NotSettleable(marketId);
        DatedTerms storage terms = $.dated[marketId];
        uint256 price = terms.settlementPrice;
        if (price == 0) {
            price = $.oracle.expiryPrice(market.priceId, terms.expiry);
            terms.settlementPrice = price.toUint128();
            emit DatedMarketSettled(marketId, price);
        }
        // The backstop takes each position over at the same price, and ends flat when all are settled.
        address taker = $.backstop;
        for (uint256 i = 0; i < accounts.length; ++i) {
            int128 size = $.positions[marketId][accounts[i]].size;
            if (size == 0 || accounts[i] == taker) continue;
            _apply(marketId, accounts[i], -size, price);
            _apply(marketId, taker, size, price);
            emit DatedPositionSettled(marketId, accounts[i], size);
        }
    }

    // --- Clearinghouse

    /// @inheritdoc IMarginProduct
    function closeOut(address account) external whenExitsOpen returns (uint256 closedNotional) {
        PerpStorage storage $ = _perp();
        if (msg.sender != address($.clearinghouse)) revert OnlyClearinghouse(msg.sender);
        address taker = $.backstop;
        if (account == taker) revert BackstopCannotBeClosedOut();
        uint256 bitmap = $.openMarkets[account];
        for (uint256 id = 0; bitmap != 0; (++id, bitmap >>= 1)) {
            if (bitmap & 1 == 0) continue;
            uint256 index = _accrue(id);
            uint256 mark = _mark($.markets[id], id, index);
            int128 size = $.positions[id][account].size;
            _apply(id, account, -size, mark);
            _apply(id, taker, size, mark);
            closedNotional += VenueMath.notional(size, mark);
            emit ClosedOut(id, account, size, mark);
        }
    }

    /// @inheritdoc IMarginProduct
    function accountRisk(address account)
        external
        view
        returns (int256 unrealised, uint256 initial, uint256 maintenance)
    {
        PerpStorage storage $ = _perp();
        IRiskStandard standard = IRiskStandard(address($.clearinghouse));
        uint256 bitmap = $.openMarkets[account];
        for (uint256 id = 0; bitmap != 0; (++id, bitmap >>= 1)) {
            if (bitmap & 1 == 0) continue;
            Market storage market = $.markets[id];
            Position memory position = $.positions[id][account];
            uint256 index = _index(market, id);
            uint256 mark = _mark(market, id, index);
            unrealised += _unsettled(position, mark, _fundingIndexNow(market, id, index));
            (uint256 marketInitial, uint256 marketMaintenance) =
                standard.marginRequirement(market.riskClass, VenueMath.notional(position.size, mark));
            initial += marketInitial;
            maintenance += marketMaintenance;
        }
    }

    // --- Timelock

    /// @inheritdoc IPerpExchange
    function createMarket(MarketParameters calldata parameters)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
        returns (uint256 marketId)
    {
        marketId = _createMarket(parameters);
    }

    /// @inheritdoc IDatedFutures
    function createDatedMarket(MarketParameters calldata parameters, uint64 expiry)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
        returns (uint256 marketId)
    {
        PerpStorage storage $ = _perp();
        if (expiry <= block.timestamp + $.closingWindow || expiry > block.timestamp + $.maxTenor) {
            revert OutOfBounds("expiry", expiry);
        }
        marketId = _createMarket(parameters);
        $.dated[marketId] = DatedTerms(MarketKind.DatedFuture, expiry, 0);
        _requireNoFunding(marketId, parameters);
        emit DatedMarketCreated(marketId, expiry);
    }

    /// @inheritdoc IPerpExchange
    function setMarketParameters(uint256 marketId, MarketParameters calldata parameters)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _accrue(marketId);
        if (parameters.priceId != _perp().markets[marketId].priceId) revert OutOfBounds("priceId", marketId);
        _requireNoFunding(marketId, parameters);
        _setParameters(marketId, parameters);
    }

    /// @inheritdoc IPerpExchange
    function setMarketStatus(uint256 marketId, MarketStatus status) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (status == MarketStatus.Unlisted) revert OutOfBounds("status", uint256(status));
        _market(marketId).status = status;
        emit MarketStatusSet(marketId, status);
    }

    /// @inheritdoc IPerpExchange
    function setBackstop(address backstop_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _requireAddress(backstop_, "backstop");
        PerpStorage storage $ = _perp();
        // Skew is read off the backstop's position, so funding up to now belongs to the old one.
        for (uint256 id = 0; id < $.markets.length; ++id) {
            _accrue(id);
        }
        $.backstop = backstop_;
        emit BackstopSet(backstop_);
    }

    // --- Views

    /// @inheritdoc IPerpExchange
    function prices(uint256 marketId) external view returns (uint256 index, uint256 mark) {
        Market storage market = _market(marketId);
        index = _index(market, marketId);
        mark = _mark(market, marketId, index);
    }

    /// @inheritdoc IPerpExchange
    function marketOf(uint256 marketId) external view returns (Market memory) {
        return _market(marketId);
    }

    /// @inheritdoc IPerpExchange
    function marketCount() external view returns (uint256) {
        return _perp().markets.length;
    }

    /// @inheritdoc IPerpExchange
    function positionOf(uint256 marketId, address account) external view returns (Position memory) {
        return _perp().positions[marketId][account];
    }

    /// @inheritdoc IPerpExchange
    function pendingFunding(uint256 marketId, address account) external view returns (int256) {
        Market storage market = _market(marketId);
        uint256 index = _index(market, marketId);
        Position memory position = _perp().positions[marketId][account];
        return -_fundingOf(position, _fundingIndexNow(market, marketId, index));
    }

    /// @inheritdoc IPerpExchange
    function backstop() external view returns (address) {
        return _perp().backstop;
    }

    /// @inheritdoc IPerpExchange
    function clearinghouse() external view returns (address) {
        return address(_perp().clearinghouse);
    }

    /// @inheritdoc IPerpExchange
    function oracle() external view returns (address) {
        return address(_perp().oracle);
    }

    /// @inheritdoc IDatedFutures
    function datedTerms(uint256 marketId) external view returns (DatedTerms memory) {
        return _perp().dated[marketId];
    }

    /// @inheritdoc IDatedFutures
    function datedRules() external view returns (uint32 maxTenor, uint32 closingWindow) {
        PerpStorage storage $ = _perp();
        return ($.maxTenor, $.closingWindow);
    }

    /// @inheritdoc IPerpExchange
    function version() external pure returns (string memory) {
        return "3.0.0";
    }

    // --- Positions

    function _applyMatched(uint256 marketId, address account, int128 size, uint256 fill, uint256 fee) private {
        _apply(marketId, account, size, fill);
        if (fee != 0) _perp().clearinghouse.collectFee(account, fee);
        emit Traded(marketId, account, size, fill, fee);
    }

    /// @dev Settles the position up to `fill` and the accrued funding index, then adds `delta` to it.
    function _apply(uint256 marketId, address account, int128 delta, uint256 fill) private {
        PerpStorage storage $ = _perp();
        Market storage market = $.markets[marketId];
        Position storage position = $.positions[marketId][account];
        int256 amount = _unsettled(position, fill, market.fundingIndex);
        int128 before = position.size;
        int128 size = before + delta;
        position.size = size;
        position.settledPrice = fill.toUint128();
        position.settledFunding = market.fundingIndex;
        uint256 longs = uint256(market.openInterest) + _long(size) - _long(before);
        market.openInterest = longs.toUint128();
        if (size == 0) $.openMarkets[account] &= ~(uint256(1) << marketId);
        else $.openMarkets[account] |= uint256(1) << marketId;
        if (amount != 0) $.clearinghouse.settle(account, amount);
    }

    function _unsettled(Position memory position, uint256 mark, int256 fundingIndex) private pure returns (int256) {
        int256 move = mark.toInt256() - uint256(position.settledPrice).toInt256();
        return int256(position.size).mulFloor(move) + _fundingOf(position, fundingIndex);
    }

    /// @dev What the position is owed, so negative where it pays.
    function _fundingOf(Position memory position, int256 fundingIndex) private pure returns (int256) {
        return (-int256(position.size)).mulFloor(fundingIndex - position.settledFunding);
    }

    function _reduces(uint256 marketId, address account, int256 delta) private view returns (bool) {
        return VenueMath.reduces(_perp().positions[marketId][account].size, delta);
    }

    function _long(int256 size) private pure returns (uint256) {
        return size > 0 ? uint256(size) : 0;
    }

    // --- Markets

    function _requireOpen(Market storage market, uint256 marketId) private view {
        PauseLevel level = pauseLevel();
        if (level != PauseLevel.None) revert Paused(level);
        if (market.status != MarketStatus.Active) revert MarketReduceOnly(marketId);
        PerpStorage storage $ = _perp();
        uint256 expiry = $.dated[marketId].expiry;
        if (expiry != 0 && block.timestamp >= expiry - $.closingWindow) revert MarketReduceOnly(marketId);
    }

    function _requireNotExpired(uint256 marketId) private view {
        if (_isExpired(marketId)) revert MarketExpired(marketId);
    }

    function _isExpired(uint256 marketId) private view returns (bool) {
        uint256 expiry = _perp().dated[marketId].expiry;
        return expiry != 0 && block.timestamp >= expiry;
    }

    function _requireNoFunding(uint256 marketId, MarketParameters calldata parameters) private view {
        bool isDated = _perp().dated[marketId].kind == MarketKind.DatedFuture;
        if (isDated && parameters.maxFundingBpsPerDay != 0) {
            revert OutOfBounds("maxFundingBpsPerDay", parameters.maxFundingBpsPerDay);
        }
    }

    function _createMarket(MarketParameters calldata parameters) private returns (uint256 marketId) {
        PerpStorage storage $ = _perp();
        marketId = $.markets.length;
        if (marketId == MAX_MARKETS) revert OutOfBounds("markets", marketId);
        // Reverts where the feed doesn't answer: a market never opens on a price that isn't there.
        $.oracle.price(parameters.priceId);
        Market storage market = $.markets.push();
        market.priceId = parameters.priceId;
        market.fundingAccruedAt = uint64(block.timestamp);
        market.status = MarketStatus.Active;
        emit MarketCreated(marketId, parameters.priceId, parameters.riskClass);
        _setParameters(marketId, parameters);
    }

    function _requireUnderCap(Market storage market, uint256 marketId) private view {
        if (market.openInterest > market.openInterestCap) {
            revert OverOpenInterestCap(marketId, market.openInterest, market.openInterestCap);
        }
    }

    function _setParameters(uint256 marketId, MarketParameters calldata parameters) private {
        PerpStorage storage $ = _perp();
        if (parameters.bandBps == 0 || parameters.bandBps > MAX_BAND_BPS) {
            revert OutOfBounds("bandBps", parameters.bandBps);
        }
        if (parameters.takerFeeBps > MAX_FEE_BPS) revert OutOfBounds("takerFeeBps", parameters.takerFeeBps);
        if (parameters.maxFundingBpsPerDay > MAX_FUNDING_BPS_PER_DAY) {
            revert OutOfBounds("maxFundingBpsPerDay", parameters.maxFundingBpsPerDay);
        }
        if (parameters.skewScale == 0) revert OutOfBounds("skewScale", 0);
        // Reverts where the class has no margin parameters.
        IRiskStandard(address($.clearinghouse)).marginRequirement(parameters.riskClass, 0);
        Market storage market = $.markets[marketId];
        market.riskClass = parameters.riskClass;
        market.bandBps = parameters.bandBps;
        market.takerFeeBps = parameters.takerFeeBps;
        market.maxFundingBpsPerDay = parameters.maxFundingBpsPerDay;
        market.skewScale = parameters.skewScale;
        market.openInterestCap = parameters.openInterestCap;
        emit MarketParametersSet(marketId, parameters);
    }

    function _accrue(uint256 marketId) private returns (uint256 index) {
        Market storage market = _market(marketId);
        index = _index(market, marketId);
        if (market.fundingAccruedAt == block.timestamp) return index;
        int256 fundingIndex = _fundingIndexNow(market, marketId, index);
        market.fundingIndex = fundingIndex.toInt128();
        market.fundingAccruedAt = uint64(block.timestamp);
        emit FundingAccrued(marketId, fundingIndex);
    }

    /// @dev Longs pay where they outweigh shorts: the daily rate is the skew's premium, within the market's cap.
    function _fundingIndexNow(Market storage market, uint256 marketId, uint256 index) private view returns (int256) {
        uint256 elapsed = block.timestamp - market.fundingAccruedAt;
        int256 rate = _premium(market, marketId, 0).clamp(uint256(market.maxFundingBpsPerDay) * 1e14);
        return market.fundingIndex + index.toInt256().mulFloor(rate) * elapsed.toInt256() / 1 days;
    }

    function _mark(Market storage market, uint256 marketId, uint256 index) private view returns (uint256) {
        // Once expired a market has no mark of its own: everybody settles at one price.
        if (_isExpired(marketId)) return index;
        return _priceAt(index, _premium(market, marketId, 0).clamp(_band(market)));
    }

    /// @dev The settlement price once it is recorded, the live price before.
    function _index(Market storage market, uint256 marketId) private view returns (uint256 index) {
        index = _perp().dated[marketId].settlementPrice;
        if (index == 0) (index,) = _perp().oracle.price(market.priceId);
    }

    /// @dev How far the skew moves the price off the index, as a fraction with 18 decimals. The users' skew is what the
    /// backstop doesn't hold.
    function _premium(Market storage market, uint256 marketId, int256 delta) private view returns (int256) {
        PerpStorage storage $ = _perp();
        int256 skew = -int256($.positions[marketId][$.backstop].size) + delta;
        return skew * VenueMath.ONE / uint256(market.skewScale).toInt256();
    }

    function _band(Market storage market) private view returns (uint256) {
        return uint256(market.bandBps) * 1e14;
    }

    function _bounds(Market storage market, uint256 index) private view returns (uint256 low, uint256 high) {
        int256 band = _band(market).toInt256();
        return (_priceAt(index, -band), _priceAt(index, band));
    }

    /// @dev A premium below -100 % can only be asked for to report it, and is shown as zero.
    function _priceAt(uint256 index, int256 premium) private pure returns (uint256) {
        int256 factor = VenueMath.ONE + premium;
        return factor < 0 ? 0 : uint256(index.toInt256().mulFloor(factor));
    }

    function _market(uint256 marketId) private view returns (Market storage) {
        PerpStorage storage $ = _perp();
        if (marketId >= $.markets.length) revert UnknownMarket(marketId);
        return $.markets[marketId];
    }

    function _perp() private pure returns (PerpStorage storage $) {
        assembly {
            $.slot := PERP_STORAGE
        }
    }
}
