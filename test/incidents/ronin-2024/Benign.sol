// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";

/// A bridge whose withdrawals need a share of the operators' vote weight.
contract Bridge is Initializable {
    address public admin;
    uint256 public numerator;
    uint256 public denominator;
    mapping(bytes32 receipt => bool) public done;
    address private _retiredValidators;
    uint256 public totalOperatorWeight;
    address public operatorRegistry;
    mapping(address operator => uint256) public operatorWeight;

    constructor() {
        _disableInitializers();
    }

    function initialize(address admin_, uint256 numerator_, uint256 denominator_) external initializer {
        admin = admin_;
        numerator = numerator_;
        denominator = denominator_;
    }

    function initializeV3(address registry, address first) external reinitializer(2) {
        operatorRegistry = registry;
        totalOperatorWeight = 2200;
        operatorWeight[first] = 100;
    }

    function submit(bytes32 receipt) external {
        require(operatorWeight[msg.sender] >= minimumVoteWeight(), "weight");
        require(!done[receipt], "done");
        done[receipt] = true;
    }

    function minimumVoteWeight() public view returns (uint256) {
        return (numerator * totalOperatorWeight) / denominator;
    }
}
