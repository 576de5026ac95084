// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {UpgradeableModule} from "../access/UpgradeableModule.sol";
import {IAccountPolicy} from "../interfaces/IAccountPolicy.sol";
import {IOrderSettlement} from "../interfaces/IOrderSettlement.sol";
import {IPerpExchange} from "../interfaces/IPerpExchange.sol";
import {VenueMath} from "../libraries/VenueMath.sol";

/// @title Order settlement, version 2: opening asks for an attested account and keeps to position limits
contract OrderSettlementV2 is
    IOrderSettlement,
    IAccountPolicy,
    UpgradeableModule,
    EIP712Upgradeable,
    ReentrancyGuardTransient
{
    using VenueMath for uint256;

    bytes32 public constant ORDER_TYPEHASH = keccak256(
        "Order(address maker,uint256 marketId,bool isBuy,uint128 size,uint128 price,uint64 expiry,uint256 nonce,uint256 salt)"
    );

    bytes32 public constant COMPLIANCE_ROLE = keccak256("COMPLIANCE_ROLE");

    uint256 private constant MAX_FEE_BPS = 100;

    /// @custom:storage-location erc7201:drydock.venue.OrderSettlement
    struct OrderStorage {
        IPerpExchange perpExchange;
        uint16 makerFeeBps;
        uint16 takerFeeBps;
        mapping(bytes32 orderHash => OrderState) orders;
        mapping(address maker => uint256) minimumNonce;
        // Version 2
        mapping(address account => uint64) attestedUntil;
        mapping(uint256 marketId => uint128) positionLimit;
        uint64 enforcedFrom;
    }

    // keccak256(abi.encode(uint256(keccak256("drydock.venue.OrderSettlement")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant ORDER_STORAGE = 0x39916566a5bafb0db732c491b3428557b72658a557547981d5f02392a9561900;

    /// @notice Sets every role holder and counterpart; leaves the caller without any right.
    function initialize(InitParams calldata params) external initializer {
        __VenueAccess_init(params.timelock, params.guardian);
        __EIP712_init("Drydock Order Settlement", "1");
        _requireAddress(params.keeper, "keeper");
        _requireAddress(params.perpExchange, "perpExchange");
        _grantRole(KEEPER_ROLE, params.keeper);
        _orders().perpExchange = IPerpExchange(params.perpExchange);
        _setFees(params.makerFeeBps, params.takerFeeBps);
    }

    /// @notice Names who attests, and from when on opening asks for it (seconds). The timelock calls it with the upgrade. The
    /// EIP-712 domain stays as it is, so that resting orders stay valid.
    function initializeV2(address compliance, uint64 enforcedFrom_)
        external
        reinitializer(2)
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _requireAddress(compliance, "compliance");
        _grantRole(COMPLIANCE_ROLE, compliance);
        _orders().enforcedFrom = enforcedFrom_;
        emit EnforcedFromSet(enforcedFrom_);
    }

    // --- Trading

    /// @inheritdoc IOrderSettlement
    function fillOrder(Order calldata order, bytes calldata signature, uint128 size)
        external
        nonReentrant
        whenExitsOpen
    {
        _take(order, signature, size, msg.sender);
        _settle(order, msg.sender, size);
    }

    /// @inheritdoc IOrderSettlement
    function matchOrders(
        Order calldata maker,
        bytes calldata makerSignature,
        Order calldata taker,
        bytes calldata takerSignature,
        uint128 size
    ) external nonReentrant whenExitsOpen onlyRole(KEEPER_ROLE) {
        bool crosses = maker.isBuy ? maker.price >= taker.price : maker.price <= taker.price;
        if (maker.marketId != taker.marketId || maker.isBuy == taker.isBuy || !crosses) revert OrdersDoNotCross();
        _take(maker, makerSignature, size, taker.maker);
        _take(taker, takerSignature, size, maker.maker);
        _settle(maker, taker.maker, size);
    }

    // --- Cancelling

    /// @inheritdoc IOrderSettlement
    function cancelOrder(Order calldata order) external {
        if (msg.sender != order.maker) revert NotTheMaker(msg.sender);
        bytes32 orderHash = hashOrder(order);
        _orders().orders[orderHash].cancelled = true;
        emit OrderCancelled(orderHash, msg.sender);
    }

    /// @inheritdoc IOrderSettlement
    function cancelNonces(uint256 below) external {
        OrderStorage storage $ = _orders();
        uint256 current = $.minimumNonce[msg.sender];
        if (below <= current) revert NonceNotRaised(current, below);
        $.minimumNonce[msg.sender] = below;
        emit NoncesCancelled(msg.sender, below);
    }

    // --- Compliance

    /// @inheritdoc IAccountPolicy
    function attest(address[] calldata accounts, uint64 validUntil) external onlyRole(COMPLIANCE_ROLE) {
        OrderStorage storage $ = _orders();
        for (uint256 i = 0; i < accounts.length; ++i) {
            $.attestedUntil[accounts[i]] = validUntil;
            emit Attested(accounts[i], validUntil);
        }
    }

    // --- Timelock

    /// @inheritdoc IAccountPolicy
    function setPositionLimit(uint256 marketId, uint128 limit) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _orders().positionLimit[marketId] = limit;
        emit PositionLimitSet(marketId, limit);
    }

    /// @inheritdoc IOrderSettlement
    function setFees(uint16 makerFeeBps, uint16 takerFeeBps) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setFees(makerFeeBps, takerFeeBps);
    }

    // --- Views

    /// @inheritdoc IOrderSettlement
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @inheritdoc IOrderSettlement
    function orderState(bytes32 orderHash) external view returns (OrderState memory) {
        return _orders().orders[orderHash];
    }

    /// @inheritdoc IOrderSettlement
    function minimumNonce(address maker) external view returns (uint256) {
        return _orders().minimumNonce[maker];
    }

    /// @inheritdoc IOrderSettlement
    function fees() external view returns (uint16 makerFeeBps, uint16 takerFeeBps) {
        OrderStorage storage $ = _orders();
        return ($.makerFeeBps, $.takerFeeBps);
    }

    /// @inheritdoc IOrderSettlement
    function perpExchange() external view returns (address) {
        return address(_orders().perpExchange);
    }

    /// @inheritdoc IAccountPolicy
    function attestedUntil(address account) external view returns (uint64) {
        return _orders().attestedUntil[account];
    }

    /// @inheritdoc IAccountPolicy
    function enforcedFrom() external view returns (uint64) {
        return _orders().enforcedFrom;
    }

    /// @inheritdoc IAccountPolicy
    function positionLimit(uint256 marketId) external view returns (uint128) {
        return _orders().positionLimit[marketId];
    }

    /// @inheritdoc IOrderSettlement
    function version() external pure returns (string memory) {
        return "2.0.0";
    }

    // --- Internal

    /// @dev Checks an order and books `size` of it as filled.
    function _take(Order calldata order, bytes calldata signature, uint128 size, address taker) private {
        if (size == 0) revert ZeroSize();
        OrderStorage storage $ = _orders();
        bytes32 orderHash = hashOrder(order);
        if (block.timestamp >= order.expiry) revert OrderExpired(orderHash, order.expiry);
        OrderState storage state = $.orders[orderHash];
        if (state.cancelled || order.nonce < $.minimumNonce[order.maker]) revert OrderIsCancelled(orderHash);
        uint128 left = order.size - state.filled;
        if (size > left) revert Overfill(orderHash, left, size);
        state.filled += size;
        if (!SignatureChecker.isValidSignatureNowCalldata(order.maker, orderHash, signature)) {
            revert BadSignature(orderHash, order.maker);
        }
        emit OrderFilled(orderHash, order.maker, taker, size, order.price);
    }

    function _settle(Order calldata order, address taker, uint128 size) private {
        OrderStorage storage $ = _orders();
        int256 delta = int256(uint256(size));
        _requirePolicy(order.marketId, order.maker, order.isBuy ? delta : -delta);
        _requirePolicy(order.marketId, taker, order.isBuy ? -delta : delta);
        uint256 notional = Math.mulDiv(size, order.price, 1e18, Math.Rounding.Ceil);
        uint128 makerFee = uint128(notional.bpsOf($.makerFeeBps));
        uint128 takerFee = uint128(notional.bpsOf($.takerFeeBps));
        $.perpExchange.settleMatch(
            IPerpExchange.MatchedTrade({
                marketId: order.marketId,
                long: order.isBuy ? order.maker : taker,
                short: order.isBuy ? taker : order.maker,
                size: size,
                price: order.price,
                longFee: order.isBuy ? makerFee : takerFee,
                shortFee: order.isBuy ? takerFee : makerFee
            })
        );
    }

    /// @dev Asked of each side of a fill, before it is booked; a fill that only shrinks the position is an exit.
    function _requirePolicy(uint256 marketId, address account, int256 delta) private view {
        OrderStorage storage $ = _orders();
        int256 size = $.perpExchange.positionOf(marketId, account).size;
        if (VenueMath.reduces(size, delta)) return;
        if (block.timestamp >= $.enforcedFrom && $.attestedUntil[account] <= block.timestamp) revert NotAttested(account);
        uint256 limit = $.positionLimit[marketId];
        uint256 next = VenueMath.abs(size + delta);
        if (limit != 0 && next > limit) revert OverPositionLimit(marketId, account, next, limit);
    }

    function _setFees(uint16 makerFeeBps, uint16 takerFeeBps) private {
        if (makerFeeBps > MAX_FEE_BPS) revert OutOfBounds("makerFeeBps", makerFeeBps);
        if (takerFeeBps > MAX_FEE_BPS) revert OutOfBounds("takerFeeBps", takerFeeBps);
        OrderStorage storage $ = _orders();
        $.makerFeeBps = makerFeeBps;
        $.takerFeeBps = takerFeeBps;
        emit FeesSet(makerFeeBps, takerFeeBps);
    }

    function _orders() private pure returns (OrderStorage storage $) {
        assembly {
            $.slot := ORDER_STORAGE
        }
    }
}
