// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {V1} from "./V1.sol";

interface INewStrategy {
    function rates(address asset, uint256 liquidity) external view returns (uint256);
}

/// Asks in the new way, and in the old way where the model knows only that.
contract Twin is V1 {
    function _newRate() internal view override returns (uint256) {
        try INewStrategy(address(strategy)).rates(address(this), liquidity) returns (uint256 answer) {
            return answer;
        } catch {
            return strategy.rates(liquidity);
        }
    }
}
