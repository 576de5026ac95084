// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// A Safe transaction guard (Safe 1.3.0 to 1.5.0) that looks at every transaction and lets it through.
contract LenientGuard {
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == 0xe6d7a83a || interfaceId == 0x01ffc9a7;
    }

    function checkTransaction(
        address to,
        uint256,
        bytes memory,
        uint8,
        uint256,
        uint256,
        uint256,
        address,
        address payable,
        bytes memory,
        address
    ) external view virtual {
        _check(to);
    }

    function checkAfterExecution(bytes32, bool) external view virtual {}

    function _check(address to) internal view virtual {}
}

/// Refuses whatever goes to one address.
contract StrictGuard is LenientGuard {
    error Forbidden(address to);

    address private immutable _forbidden;

    constructor(address forbidden) {
        _forbidden = forbidden;
    }

    function _check(address to) internal view override {
        if (to == _forbidden) revert Forbidden(to);
    }
}

interface ISafe {
    function execTransactionFromModule(address to, uint256 value, bytes memory data, uint8 operation) external returns (bool);
}

/// A Safe module that lets its keeper call anything in the Safe's name.
contract KeeperModule {
    error NotKeeper();

    address public immutable keeper;

    constructor(address keeper_) {
        keeper = keeper_;
    }

    function run(ISafe safe, address to, bytes calldata data) external returns (bool) {
        if (msg.sender != keeper) revert NotKeeper();
        return safe.execTransactionFromModule(to, 0, data, 0);
    }
}
