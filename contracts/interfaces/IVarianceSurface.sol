// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IVariancePricer} from "./IVariancePricer.sol";

/// @title The surface as total variance: the options market from version 2 on
interface IVarianceSurface {
    /// @notice A smile, and when it was quoted: variance passes in proportion to time from then to the expiry.
    struct VarianceSmile {
        uint64 quotedAt;
        IVariancePricer.VariancePoint[] points;
    }

    event SurfaceConverted(bytes32 indexed priceId, uint64 indexed expiry);

    /// @notice Replaces the smile of one underlying and expiry. Keepers only.
    function setVarianceSurface(bytes32 priceId, uint64 expiry, IVariancePricer.VariancePoint[] calldata smile) external;

    /// @notice The smile of one underlying and expiry.
    function varianceSurfaceOf(bytes32 priceId, uint64 expiry) external view returns (VarianceSmile memory);
}
