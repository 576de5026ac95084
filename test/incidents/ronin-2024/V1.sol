// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

interface IValidators {
    function weightOf(address operator) external view returns (uint256);
    function totalWeight() external view returns (uint256);
}

/// A bridge whose withdrawals need a share of the operators' vote weight.
contract Bridge is Initializable {
    address public admin;
    uint256 public numerator;
    uint256 public denominator;
    mapping(bytes32 receipt => bool) public done;
    IValidators public validators;

    constructor() {
        _disableInitializers();
    }

    function initialize(address admin_, uint256 numerator_, uint256 denominator_, IValidators validators_) external initializer {
        validators = validators_;
        admin = admin_;
        numerator = numerator_;
        denominator = denominator_;
    }

    function submit(bytes32 receipt) external {
        require(validators.weightOf(msg.sender) >= minimumVoteWeight(), "weight");
        require(!done[receipt], "done");
        done[receipt] = true;
    }

    function minimumVoteWeight() public view returns (uint256) {
        return (numerator * validators.totalWeight()) / denominator;
    }
}
