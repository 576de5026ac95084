// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @notice Standing of a product. New values are appended; zero means the clearinghouse doesn't know it.
enum ProductStatus {
    Unlisted,
    Active,
    ReduceOnly
}

/// @title Collateral, accounts and margin of the venue
/// @notice The ledger is kept in US dollars with 18 decimals; deposits and withdrawals are in units of the settlement
/// token. Rounding is always against the account.
interface IClearinghouse {
    /// @notice One account's ledger. `cash` may be negative while positions cover it.
    struct Account {
        int128 cash;
        uint64 liquidatedAt;
    }

    /// @notice A product and the collateral that it has locked for written claims.
    struct Product {
        ProductStatus status;
        uint128 locked;
    }

    /// @notice All that `initialize` sets. Every address must be non-zero.
    struct InitParams {
        address timelock;
        address guardian;
        address keeper;
        address settlementToken;
        address insuranceFund;
        uint16 keeperRewardBps;
        uint16 liquidationFeeBps;
    }

    event Deposited(address indexed account, address indexed from, uint256 amount);
    event Withdrawn(address indexed account, address indexed to, uint256 amount);
    event Settled(address indexed product, address indexed account, int256 amount);
    event FeeCollected(address indexed account, uint256 amount);
    event CollateralLocked(address indexed product, address indexed account, uint256 amount);
    event CollateralUnlocked(address indexed product, address indexed account, uint256 amount);
    event ClaimPaid(address indexed product, address indexed to, uint256 amount);
    event Liquidated(address indexed account, address indexed keeper, uint256 closedNotional, uint256 reward, uint256 fee);
    event BadDebtRecognised(address indexed account, uint256 fromInsurance, uint256 uncovered);
    event BadDebtRepaid(uint256 amount);
    event FeesSwept(uint256 amount);
    event ProductSet(address indexed product, ProductStatus status);
    event LiquidationTermsSet(uint16 keeperRewardBps, uint16 liquidationFeeBps);

    /// @notice An amount was zero.
    error ZeroAmount();
    /// @notice The settlement token has more than 18 decimals.
    error UnsupportedDecimals(uint8 decimals);
    /// @notice The caller is not a listed product, or not in a standing that allows this.
    error NotAProduct(address caller);
    /// @notice Equity doesn't reach the initial margin.
    error UnderMargin(address account, int256 equity, uint256 required);
    /// @notice The account has less free cash than the action needs.
    error InsufficientCash(address account, int256 cash, uint256 needed);
    /// @notice The product has less locked than it wants to pay or unlock.
    error InsufficientLocked(address product, uint256 locked, uint256 needed);
    /// @notice The account's equity reaches its maintenance margin.
    error NotLiquidatable(address account, int256 equity, uint256 maintenance);
    /// @notice A parameter lies outside its hard bounds.
    error OutOfBounds(bytes32 what, uint256 value);
    /// @notice The list of products is full.
    error TooManyProducts(uint256 limit);

    // --- Users

    /// @notice Takes `amount` settlement tokens from the caller into `account`. Open under partial pause.
    function deposit(uint256 amount, address account) external;

    /// @notice Pays `amount` settlement tokens from the caller's account to `to`. Must leave the initial margin; open under
    /// partial pause.
    function withdraw(uint256 amount, address to) external;

    // --- Keepers

    /// @notice Closes out an account whose equity is below its maintenance margin. The keeper gets a reward and the fund a
    /// fee, both out of what the account has left; what it can't pay falls to the fund, then is recognised as bad debt.
    function liquidate(address account) external;

    /// @notice Sends the insurance fund's ledger balance to the fund. Anyone may call it.
    function sweepFees() external;

    /// @notice Pays recognised bad debt down from the fund's ledger balance, then from the fund. Anyone may call it.
    function repayBadDebt() external;

    // --- Products

    /// @notice Books profit (positive) or loss (negative) of an account.
    function settle(address account, int256 amount) external;

    /// @notice Books a fee from the account to the insurance fund's ledger balance.
    function collectFee(address account, uint256 amount) external;

    /// @notice Moves cash of `account` into the product's locked collateral. Must leave the initial margin.
    function lockCollateral(address account, uint256 amount) external;

    /// @notice Moves locked collateral of the product back into the cash of `account`.
    function unlockCollateral(address account, uint256 amount) external;

    /// @notice Pays a settled claim out of the product's locked collateral to `to`, in settlement tokens rounded down. Stays
    /// open under every pause.
    function payClaim(address to, uint256 amount) external;

    /// @notice Reverts with {UnderMargin} where the account's equity is below its initial margin.
    function requireInitialMargin(address account) external view;

    // --- Timelock

    /// @notice Lists a product or changes its standing.
    function setProduct(address product, ProductStatus status) external;

    /// @notice Sets the keeper's reward and the fund's fee, in basis points of what was closed.
    function setLiquidationTerms(uint16 keeperRewardBps, uint16 liquidationFeeBps) external;

    // --- Views

    /// @notice Equity and margins of an account over all products.
    function accountHealth(address account)
        external
        view
        returns (int256 equity, uint256 initial, uint256 maintenance);

    /// @notice Whether {liquidate} would accept the account.
    function isLiquidatable(address account) external view returns (bool);

    /// @notice Ledger of an account.
    function accountOf(address account) external view returns (Account memory);

    /// @notice Standing and locked collateral of a product.
    function productOf(address product) external view returns (Product memory);

    /// @notice All products that were ever listed.
    function products() external view returns (address[] memory);

    /// @notice Token in which the venue settles.
    function settlementToken() external view returns (address);

    /// @notice Fund that takes bad debt.
    function insuranceFund() external view returns (address);

    /// @notice Keeper reward and liquidation fee, in basis points.
    function liquidationTerms() external view returns (uint16 keeperRewardBps, uint16 liquidationFeeBps);

    /// @notice Bad debt that the fund could not take yet, in US dollars with 18 decimals.
    function badDebt() external view returns (uint256);

    /// @notice Version of the implementation.
    function version() external pure returns (string memory);
}
