// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Collateral besides the settlement token, from clearinghouse version 2 on
/// @notice Such collateral counts towards margin at its oracle price less a haircut. It is never cash: losses and fees stay
/// in the settlement token, and what an account owes there is raised by selling its collateral to a keeper.
interface IMultiCollateral {
    /// @notice Terms of a collateral token. `unit` is one whole token in token units; `cap` and `held` are in token units.
    struct Collateral {
        bytes32 priceId;
        uint128 cap;
        uint128 held;
        uint128 unit;
        uint16 haircutBps;
    }

    event CollateralTermsSet(address indexed token, bytes32 priceId, uint16 haircutBps, uint128 cap);
    event CollateralDeposited(address indexed account, address indexed token, address indexed from, uint256 amount);
    event CollateralWithdrawn(address indexed account, address indexed token, address indexed to, uint256 amount);
    event CollateralPurchased(
        address indexed account, address indexed token, address indexed keeper, uint256 amount, uint256 paid
    );

    /// @notice The token is no collateral of the venue.
    error UnknownCollateral(address token);
    /// @notice The deposit would push the venue's holding over the cap.
    error OverCollateralCap(address token, uint256 held, uint256 cap);
    /// @notice The account holds less of the token than the action needs.
    error InsufficientCollateral(address account, address token, uint256 held, uint256 needed);
    /// @notice The list of collateral tokens is full.
    error TooManyCollaterals(uint256 limit);
    /// @notice The account is healthy and owes no cash: its collateral is not for sale.
    error CollateralNotForSale(address account);

    /// @notice Takes `amount` of `token` from the caller as collateral of `account`. Open under partial pause.
    function depositCollateral(address token, uint256 amount, address account) external;

    /// @notice Gives the caller's collateral back to `to`. Must leave the initial margin; open under partial pause.
    function withdrawCollateral(address token, uint256 amount, address to) external;

    /// @notice Sells up to `amount` of an account's collateral to the calling keeper for keeper's cash, at the oracle price
    /// less the haircut. Only for accounts that are liquidatable, or that hold no position and owe cash.
    function purchaseCollateral(address account, address token, uint256 amount) external returns (uint256 paid);

    /// @notice Lists a collateral token, or changes its haircut (at most 50 %) and cap. Decimals are read from the token;
    /// the price id can't change once set.
    function setCollateralTerms(address token, bytes32 priceId, uint16 haircutBps, uint128 cap) external;

    /// @notice What an account's collateral counts for, in US dollars with 18 decimals.
    function collateralValue(address account) external view returns (uint256);

    /// @notice An account's holding of a collateral token, in token units.
    function collateralOf(address account, address token) external view returns (uint256);

    /// @notice Terms of a collateral token.
    function collateralTerms(address token) external view returns (Collateral memory);

    /// @notice All collateral tokens besides the settlement token.
    function collateralTokens() external view returns (address[] memory);
}
