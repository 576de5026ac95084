// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Attested accounts and position limits: order settlement from version 2 on
/// @notice The policy only stands between an account and more risk: what shrinks a position is never asked for an attestation.
interface IAccountPolicy {
    event Attested(address indexed account, uint64 validUntil);
    event EnforcedFromSet(uint64 enforcedFrom);
    event PositionLimitSet(uint256 indexed marketId, uint128 limit);

    /// @notice The account has no attestation, or it has run out.
    error NotAttested(address account);
    /// @notice The position would exceed the market's limit.
    error OverPositionLimit(uint256 marketId, address account, uint256 size, uint256 limit);

    /// @notice Attests accounts until `validUntil` (seconds); zero withdraws the attestation. Compliance only.
    function attest(address[] calldata accounts, uint64 validUntil) external;

    /// @notice Largest position, long or short, that an order may leave in a market; zero means no limit. Timelock only.
    function setPositionLimit(uint256 marketId, uint128 limit) external;

    /// @notice Until when an account is attested; zero if it never was.
    function attestedUntil(address account) external view returns (uint64);

    /// @notice From when on opening asks for an attestation, in seconds.
    function enforcedFrom() external view returns (uint64);

    /// @notice Position limit of a market; zero means none.
    function positionLimit(uint256 marketId) external view returns (uint128);
}
