// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {OwnableUpgradeable} from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";

/// A feed with 8 decimals that answers 2,000.
contract Feed {
    uint8 public constant decimals = 8;
    uint256 private immutable _updatedAt = block.timestamp;

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, 2_000e8, _updatedAt, _updatedAt, 1);
    }
}

/// A perpetual (market 0) and a dated (market 1) contract on one feed, against the house. Amounts are 1e18 fixed point.
contract PerpsV1 is OwnableUpgradeable, UUPSUpgradeable {
    Feed public feed;
    uint256 public vault;
    uint256 public expiry;
    uint256 public settlementPrice;
    int256 public ratePerHour;
    int256 public index;
    uint256 public accruedAt;
    mapping(address account => int256) public cash;
    mapping(address account => mapping(uint256 market => int256)) public size;
    mapping(address account => mapping(uint256 market => int256)) public entry;
    mapping(address account => int256) public entryIndex;
    mapping(uint256 market => uint256) public openInterest;

    error Unhealthy();
    error Healthy();
    error BadPrice();
    error StalePrice();
    error NotExpired();

    event Deposited(address indexed account, uint256 amount);

    constructor() {
        _disableInitializers();
    }

    function initialize(address owner_) external initializer {
        __Ownable_init(owner_);
        feed = new Feed();
        vault = 1_000_000 ether;
        expiry = block.timestamp + 30 days;
        accruedAt = block.timestamp;
        ratePerHour = 1e12;
    }

    function deposit(uint256 amount) external {
        cash[msg.sender] += int256(amount);
        vault += amount;
        emit Deposited(msg.sender, amount);
    }

    function withdraw(uint256 amount) external {
        cash[msg.sender] -= int256(amount);
        vault -= amount;
        _requireMargin(msg.sender);
    }

    function open(uint256 market, int256 amount) external {
        _realise(msg.sender, market, price());
        int256 before = size[msg.sender][market];
        _resize(msg.sender, market, before + amount);
        _requireMargin(msg.sender);
    }

    function close(uint256 market) external {
        _realise(msg.sender, market, price());
        _resize(msg.sender, market, 0);
    }

    function liquidate(address account, uint256 market) external {
        if (!liquidatable(account)) revert Healthy();
        _beforeLiquidation(account);
        _realise(account, market, price());
        _resize(account, market, 0);
    }

    function lockPrice(uint256 claimed) external {
        if (block.timestamp < expiry) revert NotExpired();
        _checkLock(claimed);
        settlementPrice = claimed;
    }

    function settle(address account) external {
        if (settlementPrice == 0) revert NotExpired();
        _realise(account, 1, _settledAt());
        _resize(account, 1, 0);
    }

    function price() public view returns (uint256) {
        (, int256 answer, , uint256 updatedAt, ) = feed.latestRoundData();
        if (answer <= 0) revert BadPrice();
        if (block.timestamp > updatedAt + _maxAge()) revert StalePrice();
        return _scaled(answer);
    }

    function equity(address account) public view returns (int256 total) {
        total = cash[account];
        for (uint256 market = 0; market < 2; market++) {
            int256 held = size[account][market];
            if (held != 0) total += _profit(account, market, held, price());
        }
    }

    function maintenance(address account) public view returns (uint256 total) {
        for (uint256 market = 0; market < 2; market++) {
            int256 held = size[account][market];
            if (held != 0) total += (uint256(held < 0 ? -held : held) * price()) / 20e18;
        }
    }

    function liquidatable(address account) public view returns (bool) {
        return equity(account) < int256(maintenance(account));
    }

    function pending() public view returns (int256) {
        return _funding(block.timestamp - accruedAt);
    }

    function _requireMargin(address account) internal view virtual {
        if (equity(account) < int256(2 * maintenance(account))) revert Unhealthy();
    }

    function _profit(address account, uint256 market, int256 held, uint256 at) private view returns (int256 profit) {
        profit = (held * (int256(at) - entry[account][market])) / 1e18;
        if (market == 0) profit -= (held * (index + pending() - entryIndex[account])) / 1e18;
    }

    function _realise(address account, uint256 market, uint256 at) private {
        int256 profit = _profit(account, market, size[account][market], at);
        index += pending();
        accruedAt = block.timestamp;
        cash[account] += profit;
        entry[account][market] = int256(at);
        if (market == 0) entryIndex[account] = index;
    }

    function _resize(address account, uint256 market, int256 held) private {
        int256 before = size[account][market];
        openInterest[market] = openInterest[market] + uint256(held < 0 ? -held : held) - uint256(before < 0 ? -before : before);
        size[account][market] = held;
    }

    function _maxAge() internal pure virtual returns (uint256) {
        return 1 hours;
    }

    function _scaled(int256 answer) internal pure virtual returns (uint256) {
        return uint256(answer) * 1e10;
    }

    function _funding(uint256 elapsed) internal view virtual returns (int256) {
        return (ratePerHour * int256(elapsed)) / 3600;
    }

    function _beforeLiquidation(address account) internal view virtual {}

    function _checkLock(uint256 claimed) internal view virtual {
        if (claimed != price()) revert BadPrice();
    }

    function _settledAt() internal view virtual returns (uint256) {
        return settlementPrice;
    }

    function _authorizeUpgrade(address) internal override onlyOwner {}
}

/// The same in other words.
contract PerpsBenign is PerpsV1 {
    function _scaled(int256 answer) internal pure override returns (uint256) {
        return (uint256(answer) * 1e18) / 1e8;
    }
}

/// S1: the price is kept in 128 bits of 1e18 and more, and wraps.
contract PerpsWraps is PerpsV1 {
    function _scaled(int256 answer) internal pure override returns (uint256) {
        return uint256(uint96(uint256(answer) * 1e10));
    }
}

/// S2: who owes more than he has can't be liquidated.
contract PerpsBadDebt is PerpsV1 {
    function _beforeLiquidation(address account) internal view override {
        if (equity(account) < 0) revert Unhealthy();
    }
}

/// S4: prices of last week will do.
contract PerpsStale is PerpsV1 {
    function _maxAge() internal pure override returns (uint256) {
        return 7 days;
    }
}

/// S6: whoever withdraws needs a price, also without a position.
contract PerpsNeedsPrice is PerpsV1 {
    function _requireMargin(address account) internal view override {
        if (price() == 0) revert BadPrice();
        super._requireMargin(account);
    }
}

/// S7: far down the price is taken for a mistake and held.
contract PerpsFloor is PerpsV1 {
    function _scaled(int256 answer) internal pure override returns (uint256) {
        uint256 scaled = uint256(answer) * 1e10;
        return scaled > 500e18 && scaled < 1_200e18 ? 1_200e18 : scaled;
    }
}

/// S8: what was not settled for five days costs more.
contract PerpsFunding is PerpsV1 {
    function _funding(uint256 elapsed) internal view override returns (int256) {
        return (ratePerHour * int256(elapsed)) / 3600 + (elapsed > 5 days ? int256(1e15) : int256(0));
    }
}

/// S10: anybody's word is the settlement price.
contract PerpsForged is PerpsV1 {
    function _checkLock(uint256 claimed) internal view override {
        if (claimed == 0) revert BadPrice();
    }
}

/// S10: dated positions settle at what the feed says when they are settled.
contract PerpsUnlocked is PerpsV1 {
    function _settledAt() internal view override returns (uint256) {
        return price();
    }
}

/// S15: the upgrade itself works only as long as the price is high.
contract PerpsFairWeather is PerpsV1 {
    function initializeV2() external reinitializer(2) {
        if (price() < 1_500e18) revert BadPrice();
    }
}

/// The same initializer, which minds no price.
contract PerpsAnyWeather is PerpsV1 {
    function initializeV2() external reinitializer(2) {}
}
