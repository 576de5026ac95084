// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ERC4626Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC4626Upgradeable.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {VenueAccess} from "../access/VenueAccess.sol";
import {IInsuranceFund} from "../interfaces/IInsuranceFund.sol";

/// @title Insurance fund, version 1: an ERC-4626 vault that pays for what liquidated accounts could not
/// @notice Behind a transparent proxy whose admin the timelock owns. Shares carry six decimals more than the token, as
/// virtual shares: inflating the price of the first share costs a million times what it could take.
contract InsuranceFund is IInsuranceFund, ERC4626Upgradeable, VenueAccess, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @custom:storage-location erc7201:drydock.venue.InsuranceFund
    struct FundStorage {
        address clearinghouse;
        uint256 totalCovered;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.InsuranceFund")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant FUND_STORAGE = 0x84c26f32256c48728b1b9330f436a7ba2cfceced7d5e63a56790b96c731cc700;

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Sets every role holder and counterpart; leaves the caller without any right.
    function initialize(address timelock, address guardian, address token, address clearinghouse_)
        external
        initializer
    {
        __VenueAccess_init(timelock, guardian);
        _requireAddress(token, "token");
        _requireAddress(clearinghouse_, "clearinghouse");
        __ERC20_init("Drydock Insurance Fund", "dIF");
        __ERC4626_init(IERC20(token));
        _fund().clearinghouse = clearinghouse_;
    }

    /// @inheritdoc IInsuranceFund
    function cover(uint256 amount) external nonReentrant whenExitsOpen returns (uint256 paid) {
        FundStorage storage $ = _fund();
        if (msg.sender != $.clearinghouse) revert OnlyClearinghouse(msg.sender);
        paid = Math.min(amount, totalAssets());
        $.totalCovered += paid;
        emit BadDebtCovered(amount, paid);
        if (paid != 0) IERC20(asset()).safeTransfer(msg.sender, paid);
    }

    /// @notice All that the fund ever paid, in token units.
    function totalCovered() external view returns (uint256) {
        return _fund().totalCovered;
    }

    /// @notice The clearinghouse, which alone draws on the fund.
    function clearinghouse() external view returns (address) {
        return _fund().clearinghouse;
    }

    /// @notice Version of the implementation.
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function _deposit(address caller, address receiver, uint256 assets, uint256 shares)
        internal
        override
        nonReentrant
        whenOpen
    {
        super._deposit(caller, receiver, assets, shares);
    }

    function _withdraw(address caller, address receiver, address owner, uint256 assets, uint256 shares)
        internal
        override
        nonReentrant
        whenExitsOpen
    {
        super._withdraw(caller, receiver, owner, assets, shares);
    }

    function _decimalsOffset() internal pure override returns (uint8) {
        return 6;
    }

    function _fund() private pure returns (FundStorage storage $) {
        assembly {
            $.slot := FUND_STORAGE
        }
    }
}
