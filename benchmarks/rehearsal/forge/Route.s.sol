// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

interface Vm {
    function prank(address sender) external;
    function warp(uint256 timestamp) external;
    function envString(string calldata name) external returns (string memory);
    function readFile(string calldata path) external returns (string memory);
    function parseBytes(string calldata hexadecimal) external returns (bytes memory);
}

/// The route of an upgrade as a forge script: every call in order, time passed where a step says so.
contract Route {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    struct Step {
        address from;
        address to;
        bytes data;
        uint256 wait;
    }

    function run() external {
        Step[] memory steps = abi.decode(vm.parseBytes(vm.readFile(vm.envString("DRYDOCK_STEPS"))), (Step[]));
        for (uint256 i = 0; i < steps.length; ++i) {
            if (steps[i].wait != 0) vm.warp(block.timestamp + steps[i].wait);
            vm.prank(steps[i].from);
            (bool done, bytes memory reason) = steps[i].to.call(steps[i].data);
            if (done) continue;
            assembly {
                revert(add(reason, 32), mload(reason))
            }
        }
    }
}
