// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// A staking module with an exchange rate between stakes and the token.
contract V1 {
    uint256 internal snapshotCount;
    uint256 internal exchangeRate;
    mapping(address staker => uint256 units) public stakes;

    error AlreadyInitialized();
    error NothingStaked();

    /// The rate is set once, for new proxies; the live proxy has run it long ago.
    function initialize() external {
        if (exchangeRate != 0) revert AlreadyInitialized();
        exchangeRate = 1e18;
    }

    function stake(uint256 units) external {
        stakes[msg.sender] += units;
        snapshotCount += 1;
    }

    /// Value of a stake at the current rate; a rate of zero makes every stake worth nothing and every withdrawal revert.
    function valueOf(address staker) public view returns (uint256) {
        return (stakes[staker] * exchangeRate) / 1e18;
    }

    function withdraw() external returns (uint256 value) {
        value = valueOf(msg.sender);
        if (value == 0) revert NothingStaked();
        delete stakes[msg.sender];
    }
}
