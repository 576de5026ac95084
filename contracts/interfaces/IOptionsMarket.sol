// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPricer} from "./IPricer.sol";

/// @notice Call or put. Zero is the call.
enum OptionKind {
    Call,
    Put
}

/// @title European options, cash-settled at the oracle's locked expiry price
/// @notice A call pays at most `cap - strike`, a put at most `strike`: what a writer can owe is bounded, and locked when the
/// option is written. Amounts are in units of the underlying with 18 decimals.
interface IOptionsMarket {
    /// @notice A series. `written` is what all writers are short of; `payout` is per unit, once settled.
    struct Series {
        bytes32 priceId;
        uint64 expiry;
        OptionKind kind;
        bool settled;
        uint128 strike;
        uint128 cap;
        uint128 written;
        uint128 payout;
    }

    /// @notice What a writer is short of and has locked for it, in US dollars with 18 decimals.
    struct Short {
        uint128 amount;
        uint128 locked;
    }

    /// @notice All that `initialize` sets. Every address must be non-zero.
    struct InitParams {
        address timelock;
        address guardian;
        address keeper;
        address clearinghouse;
        address oracle;
        address pricer;
        address seriesBeacon;
        address underwriter;
        bytes32 riskClass;
        uint16 spreadBps;
    }

    event SeriesCreated(
        uint256 indexed seriesId, bytes32 indexed priceId, uint64 indexed expiry, OptionKind kind, uint128 strike, uint128 cap
    );
    event ExpiryTokenCreated(uint64 indexed expiry, address token);
    event SurfaceSet(bytes32 indexed priceId, uint64 indexed expiry);
    event PricerSet(address indexed pricer);
    event SpreadSet(uint16 spreadBps);
    event Written(uint256 indexed seriesId, address indexed writer, uint256 amount, uint256 locked);
    event Unwritten(uint256 indexed seriesId, address indexed writer, uint256 amount, uint256 unlocked);
    event Bought(uint256 indexed seriesId, address indexed account, uint256 amount, uint256 cost);
    event Sold(uint256 indexed seriesId, address indexed account, uint256 amount, uint256 proceeds);
    event SeriesSettled(uint256 indexed seriesId, uint256 price, uint256 payout);
    event Redeemed(uint256 indexed seriesId, address indexed holder, uint256 amount, uint256 paid);
    event Released(uint256 indexed seriesId, address indexed writer, uint256 unlocked);

    /// @notice No such series.
    error UnknownSeries(uint256 seriesId);
    /// @notice The series has expired; it can be settled and redeemed.
    error SeriesExpired(uint256 seriesId);
    /// @notice The series is not settled yet.
    error NotSettled(uint256 seriesId);
    /// @notice The series is settled already.
    error AlreadySettled(uint256 seriesId);
    /// @notice Strike, cap or expiry make no option.
    error InvalidTerms();
    /// @notice There is no smile for this underlying and expiry.
    error NoSurface(bytes32 priceId, uint64 expiry);
    /// @notice An amount was zero.
    error ZeroAmount();
    /// @notice The writer is short of less than this.
    error NotWritten(address writer, uint256 short, uint256 amount);
    /// @notice The margin of the risk class doesn't cover the largest payout.
    error UnderCollateralised(uint256 locked, uint256 maxPayout);
    /// @notice The cost exceeds, or the proceeds fall short of, the caller's limit.
    error PremiumLimit(uint256 premium, uint256 limit);
    /// @notice A parameter lies outside its hard bounds.
    error OutOfBounds(bytes32 what, uint256 value);

    /// @notice Locks the largest payout of `amount` out of the caller's cash and mints the options to the caller.
    function write(uint256 seriesId, uint256 amount) external;

    /// @notice Burns the caller's options against what the caller has written, and unlocks the collateral. An exit.
    function unwrite(uint256 seriesId, uint256 amount) external;

    /// @notice Buys from the underwriter at the model's premium plus the spread, for at most `maxCost` in all.
    function buy(uint256 seriesId, uint256 amount, uint256 maxCost) external;

    /// @notice Sells back to the underwriter at the model's premium less the spread, for at least `minProceeds`. An exit.
    function sell(uint256 seriesId, uint256 amount, uint256 minProceeds) external;

    /// @notice Fixes the payout of an expired series at the oracle's locked price. Anyone may call it.
    function settleSeries(uint256 seriesId) external;

    /// @notice Burns settled options and pays their claim in settlement tokens. Open under every pause.
    function redeem(uint256 seriesId, uint256 amount) external;

    /// @notice Unlocks what `writer` does not owe after settlement. Anyone may call it.
    function release(uint256 seriesId, address writer) external;

    /// @notice Lists a series; a smile for its expiry must exist. `cap` is zero for puts. Keepers only.
    function createSeries(bytes32 priceId, uint64 expiry, OptionKind kind, uint128 strike, uint128 cap)
        external
        returns (uint256 seriesId);

    /// @notice Points to another pricer. Timelock only.
    function setPricer(address pricer_) external;

    /// @notice Sets the underwriter's spread, at most 20 %. Timelock only.
    function setSpread(uint16 spreadBps_) external;

    /// @notice The model's premium for one unit, within what the option can pay; no spread.
    function premiumOf(uint256 seriesId) external view returns (uint256);

    /// @notice What writing `amount` locks.
    function requiredCollateral(uint256 seriesId, uint256 amount) external view returns (uint256);

    function seriesOf(uint256 seriesId) external view returns (Series memory);
    function seriesCount() external view returns (uint256);
    function shortOf(uint256 seriesId, address writer) external view returns (Short memory);
    function tokenOf(uint64 expiry) external view returns (address);
    function pricer() external view returns (address);
    function underwriter() external view returns (address);
    function spreadBps() external view returns (uint16);
    function clearinghouse() external view returns (address);
    function oracle() external view returns (address);
    function version() external pure returns (string memory);
}
