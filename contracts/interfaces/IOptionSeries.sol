// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title The tokens of one expiry: an ERC-6909 contract whose ids are the market's series ids
interface IOptionSeries {
    /// @notice Only the options market mints and burns.
    error OnlyMarket(address caller);

    /// @notice Creates `amount` options of `seriesId` for `to`.
    function mint(address to, uint256 seriesId, uint256 amount) external;

    /// @notice Destroys `amount` options of `seriesId` held by `from`.
    function burn(address from, uint256 seriesId, uint256 amount) external;

    /// @notice The options market.
    function market() external view returns (address);

    /// @notice When all series of this contract expire, in seconds.
    function expiry() external view returns (uint64);

    /// @notice Options of a series that exist.
    function totalSupply(uint256 seriesId) external view returns (uint256);
}
