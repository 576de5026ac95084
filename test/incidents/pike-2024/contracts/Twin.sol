// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// One-time initialization as a flag in the first slot, the way hand-written upgradeable contracts kept it.
abstract contract OnceInitialized {
    bool internal initialized;

    error AlreadyInitialized();

    modifier once() {
        if (initialized) revert AlreadyInitialized();
        initialized = true;
        _;
    }
}

abstract contract Owned is OnceInitialized {
    address public owner;
    mapping(address account => uint256 wei_) public deposits;

    error NotOwner();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }
}

/// The urgent addition: a pause switch with its own storage.
abstract contract PauseSwitch {
    mapping(address account => bool) internal pausers;
    uint256 internal pausedSince;

    error Paused();

    modifier whenRunning() {
        if (pausedSince != 0) revert Paused();
        _;
    }
}

/// The same addition without harm: `deposits` has room of its own, and the new base only follows.
contract Twin is Owned, PauseSwitch {

    function initialize(address firstOwner) external once {
        owner = firstOwner;
    }

    function deposit() external payable whenRunning {
        deposits[msg.sender] += msg.value;
    }

    function withdrawFor(address account, uint256 amount) external onlyOwner {
        deposits[account] -= amount;
        payable(account).transfer(amount);
    }
}
