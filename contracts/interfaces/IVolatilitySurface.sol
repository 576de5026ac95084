// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IPricer} from "./IPricer.sol";

/// @title The surface as implied volatilities: version 1 of the options market
interface IVolatilitySurface {
    /// @notice Replaces the smile of one underlying and expiry. Keepers only.
    function setSurface(bytes32 priceId, uint64 expiry, IPricer.SurfacePoint[] calldata smile) external;

    /// @notice The smile of one underlying and expiry.
    function surfaceOf(bytes32 priceId, uint64 expiry) external view returns (IPricer.SurfacePoint[] memory);
}
