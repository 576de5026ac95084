// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

interface INewStrategy {
    function rates(address asset, uint256 liquidity) external view returns (uint256);
}

/// Asks the interest model as another chain's has to be asked.
contract V2 is V1 {
    function _newRate() internal view override returns (uint256) {
        return INewStrategy(address(strategy)).rates(address(this), liquidity);
    }
}
