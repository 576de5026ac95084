import { defineExpectations } from "hardhat-drydock/expectations";

// A draft of what was seen. Keep a line only if you know why it must be so.
export default defineExpectations({
  "storage": [
    {
      "contract": "perpExchange",
      "name": "0x2336e42a6ce82edfe03b228f165d99407b2ec874b7d48602055b1f8f638fdf02",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x0000000000000000000000000000000000000000000000000000006a3e318001"
    },
    {
      "contract": "perpExchange",
      "name": "0xaa3776308ac6f92fdb1fd5cc6c6f82d3a1be094bc20e5a2d8723fd0535eeff03",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000003",
      "after": "0x0000000000000000000000000000000000000000000000000000000000000004"
    },
    {
      "contract": "perpExchange",
      "name": "0xaa3776308ac6f92fdb1fd5cc6c6f82d3a1be094bc20e5a2d8723fd0535eeff07",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x00000000000000000000000000000000000000000000000000000e10020f5800"
    },
    {
      "contract": "perpExchange",
      "name": "0xca08e855955c3cb8dbf56604383995bb3185704236693b5d2f9bbf3c06c91259",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x4554482d55534400000000000000000000000000000000000000000000000000"
    },
    {
      "contract": "perpExchange",
      "name": "0xca08e855955c3cb8dbf56604383995bb3185704236693b5d2f9bbf3c06c9125a",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x4d414a4f52530000000000000000000000000000000000000000000000000000"
    },
    {
      "contract": "perpExchange",
      "name": "0xca08e855955c3cb8dbf56604383995bb3185704236693b5d2f9bbf3c06c9125b",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": {"any": true, "reason": "timestamp"}
    },
    {
      "contract": "perpExchange",
      "name": "0xca08e855955c3cb8dbf56604383995bb3185704236693b5d2f9bbf3c06c9125c",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x00000000000000000000000000000000000000000000006c6b935b8bbd400000"
    },
    {
      "contract": "perpExchange",
      "name": "InitializableStorage._initialized",
      "before": "1",
      "after": "2"
    },
    {
      "contract": "clearinghouse",
      "name": "0x175dab476c4d00dee6485757890d2830975d9b7d654ac58107c4accab4724aa2",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x0000000000000000000000000dcd1bf9a1b36ce34237eeafef220932846bcd82"
    },
    {
      "contract": "clearinghouse",
      "name": "0x5edecd017da7fb56a724e7bee8cbf374fba961af5c48293c0a114b2f088d2283",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x4554482d55534400000000000000000000000000000000000000000000000000"
    },
    {
      "contract": "clearinghouse",
      "name": "0x5edecd017da7fb56a724e7bee8cbf374fba961af5c48293c0a114b2f088d2284",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x00000000000000000000000000000000000000000000010f0cf064dd59200000"
    },
    {
      "contract": "clearinghouse",
      "name": "0x5edecd017da7fb56a724e7bee8cbf374fba961af5c48293c0a114b2f088d2285",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x000000000000000000000000000005dc00000000000000000de0b6b3a7640000"
    },
    {
      "contract": "clearinghouse",
      "name": "0xe4e08cd8df16608f494e7b535d589435bb285909cbf65208333e4322dba6f307",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x000000000000000000000000f2b1485c64073340f0c376af9e4ca1decb4d9c10"
    },
    {
      "contract": "clearinghouse",
      "name": "0xe4e08cd8df16608f494e7b535d589435bb285909cbf65208333e4322dba6f30a",
      "before": "0x0000000000000000000000000000000000000000000000000000000000000000",
      "after": "0x0000000000000000000000000000000000000000000000000000000000000001"
    },
    {
      "contract": "clearinghouse",
      "name": "InitializableStorage._initialized",
      "before": "1",
      "after": "2"
    }
  ],
  "accounts": [],
  "events": [
    {
      "contract": "clearinghouse",
      "event": "CollateralTermsSet(address,bytes32,uint16,uint128)"
    },
    {
      "contract": "clearinghouse",
      "event": "Initialized(uint64)"
    },
    {
      "contract": "perpExchange",
      "event": "Initialized(uint64)"
    },
    {
      "contract": "perpExchange",
      "event": "MarketCreated(uint256,bytes32,bytes32)"
    },
    {
      "contract": "perpExchange",
      "event": "MarketParametersSet(uint256,(bytes32,bytes32,uint16,uint16,uint16,uint128,uint128))"
    },
    {
      "contract": "perpExchange",
      "event": "DatedMarketCreated(uint256,uint64)"
    }
  ],
  "differences": []
});
