// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {BeaconProxy} from "@openzeppelin/contracts/proxy/beacon/BeaconProxy.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {UpgradeableModule} from "../access/UpgradeableModule.sol";
import {IClearinghouse} from "../interfaces/IClearinghouse.sol";
import {IMarginProduct} from "../interfaces/IMarginProduct.sol";
import {IMarginThresholds} from "../interfaces/IMarginThresholds.sol";
import {IOptionSeries} from "../interfaces/IOptionSeries.sol";
import {IOptionsMarket, OptionKind} from "../interfaces/IOptionsMarket.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {IPricer} from "../interfaces/IPricer.sol";
import {IVariancePricer} from "../interfaces/IVariancePricer.sol";
import {IVarianceSurface} from "../interfaces/IVarianceSurface.sol";
import {VenueMath} from "../libraries/VenueMath.sol";
import {OptionSeries} from "./OptionSeries.sol";

/// @title Options market, version 2: premiums from a surface of total variance
contract OptionsMarketV2 is
    IOptionsMarket,
    IVarianceSurface,
    IMarginProduct,
    UpgradeableModule,
    ReentrancyGuardTransient
{
    using SafeCast for uint256;
    using VenueMath for uint256;

    uint256 private constant MAX_SPREAD_BPS = 2_000;
    uint256 private constant YEAR = 365 days;

    /// @custom:storage-location erc7201:drydock.venue.OptionsMarket
    struct OptionsStorage {
        IClearinghouse clearinghouse;
        uint16 spreadBps;
        IPriceOracle oracle;
        address pricer;
        address seriesBeacon;
        address underwriter;
        bytes32 riskClass;
        Series[] series;
        mapping(uint64 expiry => address token) tokens;
        mapping(uint256 seriesId => mapping(address writer => Short)) shorts;
        // Retired in version 2: volatilities, emptied by the conversion.
        mapping(bytes32 priceId => mapping(uint64 expiry => IPricer.SurfacePoint[] smile)) surface;
        SmileKey[] smiles;
        // Version 2
        mapping(bytes32 priceId => mapping(uint64 expiry => VarianceSmile)) variance;
    }

    /// @dev Which smiles exist, so that a later version can convert every one of them.
    struct SmileKey {
        bytes32 priceId;
        uint64 expiry;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.OptionsMarket")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant OPTIONS_STORAGE = 0xe594d856caa75c6b17c6d5644b9053a1e570b73a7ac66d4c3ec273977b0d0000;

    /// @notice Sets every role holder and counterpart; leaves the caller without any right.
    function initialize(InitParams calldata params) external initializer {
        __VenueAccess_init(params.timelock, params.guardian);
        _requireAddress(params.keeper, "keeper");
        _requireAddress(params.clearinghouse, "clearinghouse");
        _requireAddress(params.oracle, "oracle");
        _requireAddress(params.seriesBeacon, "seriesBeacon");
        _requireAddress(params.underwriter, "underwriter");
        _grantRole(KEEPER_ROLE, params.keeper);
        OptionsStorage storage $ = _options();
        $.clearinghouse = IClearinghouse(params.clearinghouse);
        $.oracle = IPriceOracle(params.oracle);
        $.seriesBeacon = params.seriesBeacon;
        $.underwriter = params.underwriter;
        $.riskClass = params.riskClass;
        _setPricer(params.pricer);
        _setSpread(params.spreadBps);
    }

    /// @notice Points to the pricer of total variance and converts every smile that hasn't expired, in one step: a premium
    /// before and after differs only by the pricers' error. The timelock calls it with the upgrade.
    function initializeV2(address pricer_) external reinitializer(2) onlyRole(DEFAULT_ADMIN_ROLE) {
        _setPricer(pricer_);
        OptionsStorage storage $ = _options();
        for (uint256 i = 0; i < $.smiles.length; ++i) {
            SmileKey memory key = $.smiles[i];
            _convert($.surface[key.priceId][key.expiry], $.variance[key.priceId][key.expiry], key);
        }
    }

    // --- Writers and holders

    /// @inheritdoc IOptionsMarket
    function write(uint256 seriesId, uint256 amount) external nonReentrant whenOpen {
        Series storage series = _trading(seriesId);
        _write(series, seriesId, msg.sender, amount);
        _token(series).mint(msg.sender, seriesId, amount);
    }

    /// @inheritdoc IOptionsMarket
    function unwrite(uint256 seriesId, uint256 amount) external nonReentrant whenExitsOpen {
        Series storage series = _trading(seriesId);
        _token(series).burn(msg.sender, seriesId, amount);
        _unwrite(series, seriesId, msg.sender, amount);
    }

    /// @inheritdoc IOptionsMarket
    function buy(uint256 seriesId, uint256 amount, uint256 maxCost) external nonReentrant whenOpen {
        OptionsStorage storage $ = _options();
        Series storage series = _trading(seriesId);
        uint256 cost = Math.mulDiv(
            _premium(series) * amount, VenueMath.BPS + $.spreadBps, 1e18 * VenueMath.BPS, Math.Rounding.Ceil
        );
        if (cost > maxCost) revert PremiumLimit(cost, maxCost);
        address seller = $.underwriter;
        _pay(msg.sender, seller, cost);
        _write(series, seriesId, seller, amount);
        _token(series).mint(msg.sender, seriesId, amount);
        emit Bought(seriesId, msg.sender, amount, cost);
        $.clearinghouse.requireInitialMargin(msg.sender);
    }

    /// @inheritdoc IOptionsMarket
    function sell(uint256 seriesId, uint256 amount, uint256 minProceeds) external nonReentrant whenExitsOpen {
        OptionsStorage storage $ = _options();
        Series storage series = _trading(seriesId);
        uint256 proceeds = Math.mulDiv(_premium(series) * amount, VenueMath.BPS - $.spreadBps, 1e18 * VenueMath.BPS);
        if (proceeds < minProceeds) revert PremiumLimit(proceeds, minProceeds);
        _token(series).burn(msg.sender, seriesId, amount);
        _unwrite(series, seriesId, $.underwriter, amount);
        _pay($.underwriter, msg.sender, proceeds);
        emit Sold(seriesId, msg.sender, amount, proceeds);
    }

    // --- Expiry

    /// @inheritdoc IOptionsMarket
    function settleSeries(uint256 seriesId) external {
        Series storage series = _series(seriesId);
        if (series.settled) revert AlreadySettled(seriesId);
        uint256 price = _options().oracle.expiryPrice(series.priceId, series.expiry);
        uint256 payout = _payoutAt(series, price);
        series.settled = true;
        series.payout = payout.toUint128();
        emit SeriesSettled(seriesId, price, payout);
    }

    /// @inheritdoc IOptionsMarket
    function redeem(uint256 seriesId, uint256 amount) external nonReentrant {
        if (amount == 0) revert ZeroAmount();
        Series storage series = _settled(seriesId);
        uint256 paid = amount * series.payout / 1e18;
        _token(series).burn(msg.sender, seriesId, amount);
        emit Redeemed(seriesId, msg.sender, amount, paid);
        if (paid != 0) _options().clearinghouse.payClaim(msg.sender, paid);
    }

    /// @inheritdoc IOptionsMarket
    function release(uint256 seriesId, address writer) external nonReentrant whenExitsOpen {
        OptionsStorage storage $ = _options();
        Series storage series = _settled(seriesId);
        Short memory short = $.shorts[seriesId][writer];
        if (short.amount == 0) revert NotWritten(writer, 0, 0);
        uint256 owed = Math.mulDiv(short.amount, series.payout, 1e18, Math.Rounding.Ceil);
        delete $.shorts[seriesId][writer];
        emit Released(seriesId, writer, short.locked - owed);
        $.clearinghouse.unlockCollateral(writer, short.locked - owed);
    }

    // --- Keepers

    /// @inheritdoc IOptionsMarket
    function createSeries(bytes32 priceId, uint64 expiry, OptionKind kind, uint128 strike, uint128 cap)
        external
        whenOpen
        onlyRole(KEEPER_ROLE)
        returns (uint256 seriesId)
    {
        OptionsStorage storage $ = _options();
        if (strike == 0 || expiry <= block.timestamp) revert InvalidTerms();
        if (kind == OptionKind.Call ? cap <= strike : cap != 0) revert InvalidTerms();
        if ($.variance[priceId][expiry].points.length == 0) revert NoSurface(priceId, expiry);
        if ($.tokens[expiry] == address(0)) {
            address token = address(new BeaconProxy($.seriesBeacon, abi.encodeCall(OptionSeries.initialize, (expiry))));
            $.tokens[expiry] = token;
            emit ExpiryTokenCreated(expiry, token);
        }
        seriesId = $.series.length;
        $.series.push(Series(priceId, expiry, kind, false, strike, cap, 0, 0));
        emit SeriesCreated(seriesId, priceId, expiry, kind, strike, cap);
    }

    /// @inheritdoc IVarianceSurface
    function setVarianceSurface(bytes32 priceId, uint64 expiry, IVariancePricer.VariancePoint[] calldata smile)
        external
        onlyRole(KEEPER_ROLE)
    {
        if (expiry <= block.timestamp) revert InvalidTerms();
        OptionsStorage storage $ = _options();
        IVariancePricer($.pricer).checkSurface(smile, expiry - block.timestamp);
        VarianceSmile storage stored = $.variance[priceId][expiry];
        if (stored.quotedAt == 0) $.smiles.push(SmileKey(priceId, expiry));
        stored.quotedAt = uint64(block.timestamp);
        delete stored.points;
        for (uint256 i = 0; i < smile.length; ++i) {
            stored.points.push(smile[i]);
        }
        emit SurfaceSet(priceId, expiry);
    }

    // --- Timelock

    /// @inheritdoc IOptionsMarket
    function setPricer(address pricer_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setPricer(pricer_);
    }

    /// @inheritdoc IOptionsMarket
    function setSpread(uint16 spreadBps_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setSpread(spreadBps_);
    }

    // --- Clearinghouse

    /// @inheritdoc IMarginProduct
    /// @dev Written options are covered by locked collateral and bought ones don't count: neither adds to the margin.
    function accountRisk(address) external pure returns (int256 unrealised, uint256 initial, uint256 maintenance) {
        return (0, 0, 0);
    }

    /// @inheritdoc IMarginProduct
    function closeOut(address) external pure returns (uint256 closedNotional) {
        return 0;
    }

    // --- Views

    /// @inheritdoc IOptionsMarket
    function premiumOf(uint256 seriesId) external view returns (uint256) {
        return _premium(_trading(seriesId));
    }

    /// @inheritdoc IOptionsMarket
    function requiredCollateral(uint256 seriesId, uint256 amount) external view returns (uint256) {
        return _collateralFor(_series(seriesId), amount);
    }

    /// @inheritdoc IOptionsMarket
    function seriesOf(uint256 seriesId) external view returns (Series memory) {
        return _series(seriesId);
    }

    /// @inheritdoc IOptionsMarket
    function seriesCount() external view returns (uint256) {
        return _options().series.length;
    }

    /// @inheritdoc IOptionsMarket
    function shortOf(uint256 seriesId, address writer) external view returns (Short memory) {
        return _options().shorts[seriesId][writer];
    }

    /// @inheritdoc IOptionsMarket
    function tokenOf(uint64 expiry) external view returns (address) {
        return _options().tokens[expiry];
    }

    /// @inheritdoc IVarianceSurface
    function varianceSurfaceOf(bytes32 priceId, uint64 expiry) external view returns (VarianceSmile memory) {
        return _options().variance[priceId][expiry];
    }

    /// @inheritdoc IOptionsMarket
    function pricer() external view returns (address) {
        return _options().pricer;
    }

    /// @inheritdoc IOptionsMarket
    function underwriter() external view returns (address) {
        return _options().underwriter;
    }

    /// @inheritdoc IOptionsMarket
    function spreadBps() external view returns (uint16) {
        return _options().spreadBps;
    }

    /// @inheritdoc IOptionsMarket
    function clearinghouse() external view returns (address) {
        return address(_options().clearinghouse);
    }

    /// @inheritdoc IOptionsMarket
    function oracle() external view returns (address) {
        return address(_options().oracle);
    }

    /// @inheritdoc IOptionsMarket
    function version() external pure returns (string memory) {
        return "2.0.0";
    }

    // --- Internal

    function _write(Series storage series, uint256 seriesId, address writer, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        OptionsStorage storage $ = _options();
        uint256 locked = _collateralFor(series, amount);
        Short storage short = $.shorts[seriesId][writer];
        short.amount += amount.toUint128();
        short.locked += locked.toUint128();
        series.written += amount.toUint128();
        emit Written(seriesId, writer, amount, locked);
        $.clearinghouse.lockCollateral(writer, locked);
    }

    function _unwrite(Series storage series, uint256 seriesId, address writer, uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        OptionsStorage storage $ = _options();
        Short storage short = $.shorts[seriesId][writer];
        if (short.amount < amount) revert NotWritten(writer, short.amount, amount);
        uint256 unlocked = uint256(short.locked) * amount / short.amount;
        short.amount -= amount.toUint128();
        short.locked -= unlocked.toUint128();
        series.written -= amount.toUint128();
        emit Unwritten(seriesId, writer, amount, unlocked);
        $.clearinghouse.unlockCollateral(writer, unlocked);
    }

    function _pay(address from, address to, uint256 amount) private {
        if (amount == 0) return;
        IClearinghouse house = _options().clearinghouse;
        house.settle(from, -amount.toInt256());
        house.settle(to, amount.toInt256());
    }

    /// @dev A capped call is a call spread: the call at the strike less the call at the cap.
    function _premium(Series storage series) private view returns (uint256 value) {
        OptionsStorage storage $ = _options();
        (uint256 spot,) = $.oracle.price(series.priceId);
        VarianceSmile memory smile = $.variance[series.priceId][series.expiry];
        if (smile.points.length == 0) revert NoSurface(series.priceId, series.expiry);
        uint256 remaining = (series.expiry - block.timestamp) * 1e18 / (series.expiry - smile.quotedAt);
        bool isCall = series.kind == OptionKind.Call;
        IVariancePricer.VarianceQuote memory quote =
            IVariancePricer.VarianceQuote(spot, series.strike, remaining, isCall);
        value = IVariancePricer($.pricer).premium(quote, smile.points);
        if (isCall) {
            quote.strike = series.cap;
            uint256 beyond = IVariancePricer($.pricer).premium(quote, smile.points);
            value = value > beyond ? value - beyond : 0;
        }
        return Math.min(value, _maxPayout(series));
    }

    /// @dev Volatility squared times the years to expiry, rounded up so that it is never zero.
    function _convert(IPricer.SurfacePoint[] storage from, VarianceSmile storage to, SmileKey memory key) private {
        if (key.expiry > block.timestamp) {
            uint256 time = key.expiry - block.timestamp;
            to.quotedAt = uint64(block.timestamp);
            for (uint256 i = 0; i < from.length; ++i) {
                uint256 volatility = from[i].volatility;
                uint256 variance = Math.mulDiv(volatility * volatility, time, YEAR * 1e18, Math.Rounding.Ceil);
                to.points.push(IVariancePricer.VariancePoint(from[i].strike, variance.toUint128()));
            }
            emit SurfaceConverted(key.priceId, key.expiry);
        }
        while (from.length != 0) from.pop();
    }

    function _collateralFor(Series storage series, uint256 amount) private view returns (uint256 locked) {
        OptionsStorage storage $ = _options();
        uint256 maxPayout = Math.mulDiv(_maxPayout(series), amount, 1e18, Math.Rounding.Ceil);
        locked = maxPayout.bpsOf(IMarginThresholds(address($.clearinghouse)).initialMarginBps($.riskClass));
        if (locked < maxPayout) revert UnderCollateralised(locked, maxPayout);
    }

    function _maxPayout(Series storage series) private view returns (uint256) {
        return series.kind == OptionKind.Call ? series.cap - series.strike : series.strike;
    }

    function _payoutAt(Series storage series, uint256 price) private view returns (uint256) {
        if (series.kind == OptionKind.Put) return price < series.strike ? series.strike - price : 0;
        return Math.min(price > series.strike ? price - series.strike : 0, _maxPayout(series));
    }

    function _setPricer(address pricer_) private {
        _requireAddress(pricer_, "pricer");
        _options().pricer = pricer_;
        emit PricerSet(pricer_);
    }

    function _setSpread(uint16 spreadBps_) private {
        if (spreadBps_ > MAX_SPREAD_BPS) revert OutOfBounds("spreadBps", spreadBps_);
        _options().spreadBps = spreadBps_;
        emit SpreadSet(spreadBps_);
    }

    function _series(uint256 seriesId) private view returns (Series storage) {
        OptionsStorage storage $ = _options();
        if (seriesId >= $.series.length) revert UnknownSeries(seriesId);
        return $.series[seriesId];
    }

    function _trading(uint256 seriesId) private view returns (Series storage series) {
        series = _series(seriesId);
        if (block.timestamp >= series.expiry) revert SeriesExpired(seriesId);
    }

    function _settled(uint256 seriesId) private view returns (Series storage series) {
        series = _series(seriesId);
        if (!series.settled) revert NotSettled(seriesId);
    }

    function _token(Series storage series) private view returns (IOptionSeries) {
        return IOptionSeries(_options().tokens[series.expiry]);
    }

    function _options() private pure returns (OptionsStorage storage $) {
        assembly {
            $.slot := OPTIONS_STORAGE
        }
    }
}
