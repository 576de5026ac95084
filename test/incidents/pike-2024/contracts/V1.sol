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

    error NotOwner();

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }
}

/// A custody contract of a lending market: deposits, and an owner who may withdraw for anyone.
contract V1 is Owned {
    mapping(address account => uint256 wei_) public deposits;

    function initialize(address firstOwner) external once {
        owner = firstOwner;
    }

    function deposit() external payable {
        deposits[msg.sender] += msg.value;
    }

    function withdrawFor(address account, uint256 amount) external onlyOwner {
        deposits[account] -= amount;
        payable(account).transfer(amount);
    }
}
