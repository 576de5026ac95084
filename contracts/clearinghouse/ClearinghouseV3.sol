// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {UpgradeableModule} from "../access/UpgradeableModule.sol";
import {IClearinghouse, ProductStatus} from "../interfaces/IClearinghouse.sol";
import {IInsuranceFund} from "../interfaces/IInsuranceFund.sol";
import {IMarginProduct} from "../interfaces/IMarginProduct.sol";
import {IMarginThresholds} from "../interfaces/IMarginThresholds.sol";
import {IMultiCollateral} from "../interfaces/IMultiCollateral.sol";
import {IPriceOracle} from "../interfaces/IPriceOracle.sol";
import {IRiskStandard} from "../interfaces/IRiskStandard.sol";
import {VenueMath} from "../libraries/VenueMath.sol";

/// @title Clearinghouse, version 3: maintenance margin follows from leverage
contract ClearinghouseV3 is
    IClearinghouse,
    IMultiCollateral,
    IRiskStandard,
    UpgradeableModule,
    ReentrancyGuardTransient
{
    using SafeERC20 for IERC20;
    using SafeCast for uint256;
    using SafeCast for int256;

    uint256 private constant MAX_PRODUCTS = 8;
    uint256 private constant MAX_LEVERAGE = 50;
    uint256 private constant MAX_LIQUIDATION_BPS = 500;
    uint256 private constant MAX_COLLATERALS = 8;
    uint256 private constant MAX_HAIRCUT_BPS = 5_000;

    /// @custom:storage-location erc7201:drydock.venue.Clearinghouse
    struct ClearinghouseStorage {
        IERC20 settlementToken;
        uint64 tokenScale;
        uint16 keeperRewardBps;
        uint16 liquidationFeeBps;
        IInsuranceFund insuranceFund;
        uint128 badDebt;
        mapping(address account => Account) accounts;
        mapping(address product => Product) products;
        // `maintenanceBps` is retired in version 3: it keeps its place, and nothing reads or writes it.
        mapping(bytes32 riskClass => IMarginThresholds.RiskClass) riskClasses;
        address[] productList;
        // Version 2
        IPriceOracle oracle;
        mapping(address token => Collateral) collaterals;
        mapping(address account => mapping(address token => uint256 amount)) holdings;
        address[] collateralList;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.Clearinghouse")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant CLEARINGHOUSE_STORAGE = 0xe4e08cd8df16608f494e7b535d589435bb285909cbf65208333e4322dba6f300;

    modifier onlyProduct() {
        if (_clearinghouse().products[msg.sender].status == ProductStatus.Unlisted) revert NotAProduct(msg.sender);
        _;
    }

    /// @notice Sets every role holder and the terms; leaves the caller without any right.
    function initialize(InitParams calldata params) external initializer {
        __VenueAccess_init(params.timelock, params.guardian);
        _requireAddress(params.keeper, "keeper");
        _requireAddress(params.settlementToken, "settlementToken");
        _requireAddress(params.insuranceFund, "insuranceFund");
        _grantRole(KEEPER_ROLE, params.keeper);

        uint8 decimals = IERC20Metadata(params.settlementToken).decimals();
        if (decimals > 18) revert UnsupportedDecimals(decimals);
        ClearinghouseStorage storage $ = _clearinghouse();
        $.settlementToken = IERC20(params.settlementToken);
        $.tokenScale = uint64(10 ** (18 - decimals));
        $.insuranceFund = IInsuranceFund(params.insuranceFund);
        _setLiquidationTerms(params.keeperRewardBps, params.liquidationFeeBps);
    }

    // --- Users

    /// @inheritdoc IClearinghouse
    function deposit(uint256 amount, address account) external nonReentrant whenExitsOpen {
        if (amount == 0) revert ZeroAmount();
        _requireAddress(account, "account");
        ClearinghouseStorage storage $ = _clearinghouse();
        _addCash(account, (amount * $.tokenScale).toInt256());
        emit Deposited(account, msg.sender, amount);
        $.settlementToken.safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IClearinghouse
    function withdraw(uint256 amount, address to) external nonReentrant whenExitsOpen {
        if (amount == 0) revert ZeroAmount();
        _requireAddress(to, "to");
        ClearinghouseStorage storage $ = _clearinghouse();
        _takeCash(msg.sender, amount * $.tokenScale);
        requireInitialMargin(msg.sender);
        emit Withdrawn(msg.sender, to, amount);
        $.settlementToken.safeTransfer(to, amount);
    }

    /// @inheritdoc IMultiCollateral
    function depositCollateral(address token, uint256 amount, address account) external nonReentrant whenExitsOpen {
        if (amount == 0) revert ZeroAmount();
        _requireAddress(account, "account");
        Collateral storage terms = _collateral(token);
        uint256 held = terms.held + amount;
        if (held > terms.cap) revert OverCollateralCap(token, held, terms.cap);
        terms.held = held.toUint128();
        _clearinghouse().holdings[account][token] += amount;
        emit CollateralDeposited(account, token, msg.sender, amount);
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IMultiCollateral
    function withdrawCollateral(address token, uint256 amount, address to) external nonReentrant whenExitsOpen {
        if (amount == 0) revert ZeroAmount();
        _requireAddress(to, "to");
        Collateral storage terms = _collateral(token);
        _takeHolding(msg.sender, token, amount);
        terms.held -= amount.toUint128();
        requireInitialMargin(msg.sender);
        emit CollateralWithdrawn(msg.sender, token, to, amount);
        IERC20(token).safeTransfer(to, amount);
    }

    // --- Keepers

    /// @inheritdoc IMultiCollateral
    function purchaseCollateral(address account, address token, uint256 amount)
        external
        nonReentrant
        whenExitsOpen
        onlyRole(KEEPER_ROLE)
        returns (uint256 paid)
    {
        if (amount == 0) revert ZeroAmount();
        ClearinghouseStorage storage $ = _clearinghouse();
        Collateral storage terms = _collateral(token);
        (int256 equity, uint256 initial, uint256 maintenance) = accountHealth(account);
        bool owesOnly = initial == 0 && $.accounts[account].cash < 0;
        if (equity >= maintenance.toInt256() && !owesOnly) revert CollateralNotForSale(account);

        paid = _valueAfterHaircut(terms, amount);
        _takeHolding(account, token, amount);
        $.holdings[msg.sender][token] += amount;
        _takeCash(msg.sender, paid);
        _addCash(account, paid.toInt256());
        emit CollateralPurchased(account, token, msg.sender, amount, paid);
    }

    /// @inheritdoc IClearinghouse
    function liquidate(address account) external nonReentrant whenExitsOpen onlyRole(KEEPER_ROLE) {
        (int256 equity,, uint256 maintenance) = accountHealth(account);
        if (equity >= maintenance.toInt256()) revert NotLiquidatable(account, equity, maintenance);

        ClearinghouseStorage storage $ = _clearinghouse();
        $.accounts[account].liquidatedAt = uint64(block.timestamp);
        uint256 closedNotional = 0;
        uint256 count = $.productList.length;
        for (uint256 i = 0; i < count; ++i) {
            closedNotional += IMarginProduct($.productList[i]).closeOut(account);
        }

        uint256 reward = _moveUpTo(account, msg.sender, VenueMath.bpsOf(closedNotional, $.keeperRewardBps));
        uint256 fee =
            _moveUpTo(account, address($.insuranceFund), VenueMath.bpsOf(closedNotional, $.liquidationFeeBps));
        emit Liquidated(account, msg.sender, closedNotional, reward, fee);

        int256 cash = $.accounts[account].cash;
        // Bad debt is what remains once the account has no collateral left that a keeper could buy.
        if (cash < 0 && collateralValue(account) == 0) {
            $.accounts[account].cash = 0;
            uint256 deficit = uint256(-cash);
            uint256 covered = _drawInsurance(deficit);
            $.badDebt += (deficit - covered).toUint128();
            emit BadDebtRecognised(account, covered, deficit - covered);
        }
    }

    /// @inheritdoc IClearinghouse
    function sweepFees() external nonReentrant whenExitsOpen {
        ClearinghouseStorage storage $ = _clearinghouse();
        address fund = address($.insuranceFund);
        int256 cash = $.accounts[fund].cash;
        uint256 amount = cash > 0 ? uint256(cash) / $.tokenScale : 0;
        if (amount == 0) revert ZeroAmount();
        _addCash(fund, -(amount * $.tokenScale).toInt256());
        emit FeesSwept(amount);
        $.settlementToken.safeTransfer(fund, amount);
    }

    /// @inheritdoc IClearinghouse
    function repayBadDebt() external nonReentrant whenExitsOpen {
        ClearinghouseStorage storage $ = _clearinghouse();
        uint256 repaid = _drawInsurance($.badDebt);
        if (repaid == 0) revert ZeroAmount();
        $.badDebt -= repaid.toUint128();
        emit BadDebtRepaid(repaid);
    }

    // --- Products

    /// @inheritdoc IClearinghouse
    function settle(address account, int256 amount) external onlyProduct whenExitsOpen {
        _addCash(account, amount);
        emit Settled(msg.sender, account, amount);
    }

    /// @inheritdoc IClearinghouse
    function collectFee(address account, uint256 amount) external onlyProduct whenExitsOpen {
        int256 fee = amount.toInt256();
        _addCash(account, -fee);
        _addCash(address(_clearinghouse().insuranceFund), fee);
        emit FeeCollected(account, amount);
    }

    /// @inheritdoc IClearinghouse
    function lockCollateral(address account, uint256 amount) external onlyProduct whenOpen {
        ClearinghouseStorage storage $ = _clearinghouse();
        if ($.products[msg.sender].status != ProductStatus.Active) revert NotAProduct(msg.sender);
        _takeCash(account, amount);
        $.products[msg.sender].locked += amount.toUint128();
        requireInitialMargin(account);
        emit CollateralLocked(msg.sender, account, amount);
    }

    /// @inheritdoc IClearinghouse
    function unlockCollateral(address account, uint256 amount) external onlyProduct whenExitsOpen {
        _takeLocked(amount);
        _addCash(account, amount.toInt256());
        emit CollateralUnlocked(msg.sender, account, amount);
    }

    /// @inheritdoc IClearinghouse
    function payClaim(address to, uint256 amount) external nonReentrant onlyProduct {
        ClearinghouseStorage storage $ = _clearinghouse();
        _takeLocked(amount);
        emit ClaimPaid(msg.sender, to, amount);
        $.settlementToken.safeTransfer(to, amount / $.tokenScale);
    }

    /// @inheritdoc IClearinghouse
    function requireInitialMargin(address account) public view {
        (int256 equity, uint256 initial,) = accountHealth(account);
        if (equity < initial.toInt256()) revert UnderMargin(account, equity, initial);
    }

    // --- Timelock

    /// @inheritdoc IClearinghouse
    function setProduct(address product, ProductStatus status) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _requireAddress(product, "product");
        ClearinghouseStorage storage $ = _clearinghouse();
        bool listed = $.products[product].status != ProductStatus.Unlisted;
        // A product that ever held positions stays in the ledger's sums; it can only become reduce-only.
        if (status == ProductStatus.Unlisted) revert OutOfBounds("status", uint256(status));
        if (!listed) {
            if ($.productList.length == MAX_PRODUCTS) revert TooManyProducts(MAX_PRODUCTS);
            $.productList.push(product);
        }
        $.products[product].status = status;
        emit ProductSet(product, status);
    }

    /// @inheritdoc IRiskStandard
    function setMaxLeverage(bytes32 riskClass, uint16 maxLeverage) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (maxLeverage == 0 || maxLeverage > MAX_LEVERAGE) revert OutOfBounds("maxLeverage", maxLeverage);
        _clearinghouse().riskClasses[riskClass].maxLeverage = maxLeverage;
        emit MaxLeverageSet(riskClass, maxLeverage);
    }

    /// @inheritdoc IClearinghouse
    function setLiquidationTerms(uint16 keeperRewardBps, uint16 liquidationFeeBps)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _setLiquidationTerms(keeperRewardBps, liquidationFeeBps);
    }

    /// @inheritdoc IMultiCollateral
    function setCollateralTerms(address token, bytes32 priceId, uint16 haircutBps, uint128 cap)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _setCollateralTerms(token, priceId, haircutBps, cap);
    }

    // --- Views

    /// @inheritdoc IClearinghouse
    function accountHealth(address account)
        public
        view
        returns (int256 equity, uint256 initial, uint256 maintenance)
    {
        ClearinghouseStorage storage $ = _clearinghouse();
        equity = $.accounts[account].cash + collateralValue(account).toInt256();
        uint256 count = $.productList.length;
        for (uint256 i = 0; i < count; ++i) {
            (int256 unrealised, uint256 productInitial, uint256 productMaintenance) =
                IMarginProduct($.productList[i]).accountRisk(account);
            equity += unrealised;
            initial += productInitial;
            maintenance += productMaintenance;
        }
    }

    /// @inheritdoc IClearinghouse
    function isLiquidatable(address account) external view returns (bool) {
        (int256 equity,, uint256 maintenance) = accountHealth(account);
        return equity < maintenance.toInt256();
    }

    /// @inheritdoc IRiskStandard
    function marginRequirement(bytes32 riskClass, uint256 notional)
        external
        view
        returns (uint256 initial, uint256 maintenance)
    {
        uint256 leverage = _clearinghouse().riskClasses[riskClass].maxLeverage;
        if (leverage == 0) revert UnknownRiskClass(riskClass);
        initial = Math.ceilDiv(notional, leverage);
        maintenance = Math.ceilDiv(notional, 2 * leverage);
    }

    /// @inheritdoc IClearinghouse
    function accountOf(address account) external view returns (Account memory) {
        return _clearinghouse().accounts[account];
    }

    /// @inheritdoc IClearinghouse
    function productOf(address product) external view returns (Product memory) {
        return _clearinghouse().products[product];
    }

    /// @inheritdoc IClearinghouse
    function products() external view returns (address[] memory) {
        return _clearinghouse().productList;
    }

    /// @inheritdoc IRiskStandard
    function maxLeverageOf(bytes32 riskClass) external view returns (uint16) {
        return _clearinghouse().riskClasses[riskClass].maxLeverage;
    }

    /// @inheritdoc IClearinghouse
    function settlementToken() external view returns (address) {
        return address(_clearinghouse().settlementToken);
    }

    /// @inheritdoc IClearinghouse
    function insuranceFund() external view returns (address) {
        return address(_clearinghouse().insuranceFund);
    }

    /// @inheritdoc IClearinghouse
    function liquidationTerms() external view returns (uint16 keeperRewardBps, uint16 liquidationFeeBps) {
        ClearinghouseStorage storage $ = _clearinghouse();
        return ($.keeperRewardBps, $.liquidationFeeBps);
    }

    /// @inheritdoc IClearinghouse
    function badDebt() external view returns (uint256) {
        return _clearinghouse().badDebt;
    }

    /// @inheritdoc IMultiCollateral
    function collateralValue(address account) public view returns (uint256 value) {
        ClearinghouseStorage storage $ = _clearinghouse();
        uint256 count = $.collateralList.length;
        for (uint256 i = 0; i < count; ++i) {
            address token = $.collateralList[i];
            uint256 amount = $.holdings[account][token];
            if (amount != 0) value += _valueAfterHaircut($.collaterals[token], amount);
        }
    }

    /// @inheritdoc IMultiCollateral
    function collateralOf(address account, address token) external view returns (uint256) {
        return _clearinghouse().holdings[account][token];
    }

    /// @inheritdoc IMultiCollateral
    function collateralTerms(address token) external view returns (Collateral memory) {
        return _clearinghouse().collaterals[token];
    }

    /// @inheritdoc IMultiCollateral
    function collateralTokens() external view returns (address[] memory) {
        return _clearinghouse().collateralList;
    }

    /// @notice The oracle that values collateral.
    function oracle() external view returns (address) {
        return address(_clearinghouse().oracle);
    }

    /// @inheritdoc IClearinghouse
    function version() external pure returns (string memory) {
        return "3.0.0";
    }

    // --- Internal

    function _setLiquidationTerms(uint16 keeperRewardBps, uint16 liquidationFeeBps) private {
        if (keeperRewardBps > MAX_LIQUIDATION_BPS) revert OutOfBounds("keeperRewardBps", keeperRewardBps);
        if (liquidationFeeBps > MAX_LIQUIDATION_BPS) revert OutOfBounds("liquidationFeeBps", liquidationFeeBps);
        ClearinghouseStorage storage $ = _clearinghouse();
        $.keeperRewardBps = keeperRewardBps;
        $.liquidationFeeBps = liquidationFeeBps;
        emit LiquidationTermsSet(keeperRewardBps, liquidationFeeBps);
    }

    function _setCollateralTerms(address token, bytes32 priceId, uint16 haircutBps, uint128 cap) private {
        _requireAddress(token, "collateral");
        ClearinghouseStorage storage $ = _clearinghouse();
        if (token == address($.settlementToken)) revert UnknownCollateral(token);
        if (haircutBps > MAX_HAIRCUT_BPS) revert OutOfBounds("haircutBps", haircutBps);
        Collateral storage terms = $.collaterals[token];
        if (terms.unit == 0) {
            if ($.collateralList.length == MAX_COLLATERALS) revert TooManyCollaterals(MAX_COLLATERALS);
            // Reverts where the feed doesn't answer: collateral is never listed without a price.
            $.oracle.price(priceId);
            uint8 decimals = IERC20Metadata(token).decimals();
            if (decimals > 18) revert UnsupportedDecimals(decimals);
            terms.unit = uint128(10 ** decimals);
            terms.priceId = priceId;
            $.collateralList.push(token);
        } else if (terms.priceId != priceId) {
            revert OutOfBounds("priceId", uint256(priceId));
        }
        terms.haircutBps = haircutBps;
        terms.cap = cap;
        emit CollateralTermsSet(token, priceId, haircutBps, cap);
    }

    function _takeHolding(address account, address token, uint256 amount) private {
        ClearinghouseStorage storage $ = _clearinghouse();
        uint256 held = $.holdings[account][token];
        if (held < amount) revert InsufficientCollateral(account, token, held, amount);
        $.holdings[account][token] = held - amount;
    }

    function _valueAfterHaircut(Collateral storage terms, uint256 amount) private view returns (uint256) {
        (uint256 price,) = _clearinghouse().oracle.price(terms.priceId);
        return Math.mulDiv(amount, price * (VenueMath.BPS - terms.haircutBps), terms.unit * VenueMath.BPS);
    }

    function _collateral(address token) private view returns (Collateral storage terms) {
        terms = _clearinghouse().collaterals[token];
        if (terms.unit == 0) revert UnknownCollateral(token);
    }

    function _addCash(address account, int256 amount) private {
        Account storage ledger = _clearinghouse().accounts[account];
        ledger.cash = (ledger.cash + amount).toInt128();
    }

    /// @dev Takes cash that must be there: unlike losses, a payment can't make cash negative.
    function _takeCash(address account, uint256 amount) private {
        int256 cash = _clearinghouse().accounts[account].cash;
        if (cash < amount.toInt256()) revert InsufficientCash(account, cash, amount);
        _addCash(account, -amount.toInt256());
    }

    function _takeLocked(uint256 amount) private {
        Product storage product = _clearinghouse().products[msg.sender];
        if (product.locked < amount) revert InsufficientLocked(msg.sender, product.locked, amount);
        product.locked -= amount.toUint128();
    }

    function _moveUpTo(address from, address to, uint256 amount) private returns (uint256 moved) {
        int256 cash = _clearinghouse().accounts[from].cash;
        if (cash <= 0) return 0;
        moved = Math.min(uint256(cash), amount);
        _addCash(from, -moved.toInt256());
        _addCash(to, moved.toInt256());
    }

    /// @dev Takes up to `amount` (18 decimals) from the fund: first its ledger balance, then its tokens.
    function _drawInsurance(uint256 amount) private returns (uint256 covered) {
        ClearinghouseStorage storage $ = _clearinghouse();
        address fund = address($.insuranceFund);
        int256 cash = $.accounts[fund].cash;
        if (cash > 0) {
            covered = Math.min(uint256(cash), amount);
            _addCash(fund, -covered.toInt256());
        }
        if (covered == amount) return covered;
        uint256 paid = $.insuranceFund.cover(Math.ceilDiv(amount - covered, $.tokenScale)) * $.tokenScale;
        // Paid in whole token units, so it can exceed the need by a fraction of one; that stays as surplus.
        return Math.min(amount, covered + paid);
    }

    function _clearinghouse() private pure returns (ClearinghouseStorage storage $) {
        assembly {
            $.slot := CLEARINGHOUSE_STORAGE
        }
    }
}
